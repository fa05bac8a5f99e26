module example.com/cut

go 1.23
