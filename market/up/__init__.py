"""`capillary up`: all parts of an installation on one machine, started, watched and stopped by one process."""
