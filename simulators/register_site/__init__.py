"""A stand-in for the government's download site: the register's CSV over a real socket, with what goes wrong there."""
