"""How often identification is right: real mail records judged by hand, and who is not recognised among many more."""
