module astdump

go 1.21
