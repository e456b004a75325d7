"""The pages: they turn a request into arguments, make one call, and draw the answer."""
