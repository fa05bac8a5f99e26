module example.com/shortlived

go 1.23
