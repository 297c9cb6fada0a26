"""Many hosts at once, on threads, processes or a cluster: whoever asks them is a `concurrent.futures.Executor`."""
