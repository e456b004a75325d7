"""Red flags over published procurement data in the Open Contracting Data Standard.

No Django here: a file is answered in about the time it takes to read it.
"""
