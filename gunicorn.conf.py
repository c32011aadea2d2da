"""How gunicorn serves the marketplace, unless the command line says otherwise.

Threads, because a request mostly waits for the database; a stopping worker then also finishes what it
has accepted.
"""

worker_class = "gthread"
threads = 8
# Long enough for any request within its deadline, short enough for a deployment.
graceful_timeout = 20
# A socket that all servers of one user would share.
control_socket_disable = True
