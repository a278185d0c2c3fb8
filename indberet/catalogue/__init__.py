"""What applies, for people: rules, codes and their changes, as pages, in print and on the command line."""
