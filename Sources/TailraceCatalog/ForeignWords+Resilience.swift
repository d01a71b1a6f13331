extension ForeignWords {
  /// Words of limits, breakers, health and faults.
  static let resilience: [ForeignWord] = [
    ForeignWord("consecutiveErrors", "outlier_detection.consecutive_5xx", "Istio"),
    ForeignWord("consecutiveGatewayErrors", "outlier_detection.consecutive_5xx", "Istio"),
    ForeignWord("consecutive_gateway_failure", "outlier_detection.consecutive_5xx", "Envoy"),
    ForeignWord("baseEjectionTime", "outlier_detection.base_ejection_time", "Istio"),
    ForeignWord("maxEjectionPercent", "outlier_detection.max_ejection_percent", "Istio"),
    ForeignWord("concurrency_update_interval", "admission_control.window", "Envoy"),
    ForeignWord("max_concurrency_limit", "admission_control.max_limit", "Envoy"),
    ForeignWord(
      "circuit_breaker", "call.breaker", "Resilience4j", isCommon: true),
    ForeignWord("requestVolumeThreshold", "breaker.minimum_calls", "Hystrix"),
    ForeignWord("errorThresholdPercentage", "breaker.failure_rate_threshold", "Hystrix"),
    ForeignWord(
      "sleepWindowInMilliseconds", "breaker.wait_duration_open", "Hystrix",
      note: "with a unit, such as \"5000ms\""),
    ForeignWord("failureRateThreshold", "breaker.failure_rate_threshold", "Resilience4j"),
    ForeignWord("minimumNumberOfCalls", "breaker.minimum_calls", "Resilience4j"),
    ForeignWord("slidingWindowSize", "breaker.sliding_window", "Resilience4j"),
    ForeignWord("slowCallDurationThreshold", "breaker.slow_call_duration", "Resilience4j"),
    ForeignWord("waitDurationInOpenState", "breaker.wait_duration_open", "Resilience4j"),
    ForeignWord(
      "permittedNumberOfCallsInHalfOpenState", "breaker.permitted_half_open", "Resilience4j"),
    ForeignWord("bulkhead", "pools", "Resilience4j", note: "permits of a pool for a step 'hold'"),
    ForeignWord("maxConcurrentCalls", "pools.size", "Resilience4j"),
    ForeignWord("maxWaitDuration", "hold.timeout", "Resilience4j"),
    ForeignWord("burst", "rate_limits.max_tokens", "NGINX", isCommon: true),
    ForeignWord(
      "rate", "rate_limits.fill_interval", "NGINX",
      note: "the time from token to token, such as \"10ms\" for 100/s", isCommon: true),
    ForeignWord(
      "leaky_bucket", "token_bucket", "NGINX",
      note: "with \"refill\": \"continuous\" and \"on_limit\": \"delay\""),
    ForeignWord("maxsize", "queue.max_length", "Python", isCommon: true),
    ForeignWord("capacity", "queue.max_length", "Java", isCommon: true),
    ForeignWord("maxsize", "caches.max_entries", "Python", isCommon: true),
    ForeignWord("capacity", "caches.max_entries", "Otter", isCommon: true),
    ForeignWord("miss", "cache.on_miss", "Varnish", isCommon: true),
    ForeignWord("duration", "faults.for", "Chaos Mesh", isCommon: true),
  ]
}
