module example.com/doorman

go 1.24
