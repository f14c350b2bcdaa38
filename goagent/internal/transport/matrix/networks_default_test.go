//go:build zmtpmatrix && !libzmq

package matrix_test

// references is empty: the transport over libzmq comes with the build tag.
var references []network
