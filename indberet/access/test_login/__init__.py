"""The test log-in: fictitious persons to choose from. It exists only where INDBERET_TEST_LOGIN allows it."""
