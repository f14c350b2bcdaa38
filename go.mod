module github.com/pizco-go/pizco

go 1.26.0

require github.com/google/uuid v1.6.0

require github.com/pebbe/zmq4 v1.4.0

require golang.org/x/text v0.43.0
