"""Log-in with MitID Erhverv through NemLog-in: a service provider of OIOSAML 3.0.3 on pysaml2."""
