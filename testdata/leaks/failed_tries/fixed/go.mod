module example.com/failedtries

go 1.24
