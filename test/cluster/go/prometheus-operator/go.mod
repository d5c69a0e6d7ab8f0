// The CRDs of the Prometheus operator, taken from its module as they are: nothing of it is built or run.
module countersign.test/bed/prometheus-operator

go 1.26.0

require github.com/prometheus-operator/prometheus-operator v0.85.0 // only downloaded
