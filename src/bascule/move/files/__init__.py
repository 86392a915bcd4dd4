"""What ends that are files share: line ends, an index on disk, names that a file system takes."""
