"""The embedded lab: synthetic Exchange 2003 servers on loopback, in a process of their own.

Each server is a WS-Management endpoint and IIS 6-like web sites, and both read one `ServerDefinition`: WS-Management
shows what is written, the web sites enforce what IIS has loaded. Other people's clients can talk to them. Nothing here
is a recording of a real Exchange server: what is synthetic says so.
"""
