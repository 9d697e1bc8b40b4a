"""PostgreSQL and Valkey as child processes of ours, on unix sockets, inside one data folder."""
