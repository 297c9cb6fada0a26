"""Exchange Server 2003's mobile access (Microsoft KB 817379) as infrastructure tests."""
