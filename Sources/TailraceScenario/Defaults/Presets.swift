/// The presets by name; a new one is an entry here.
///
/// Values are those of what this version has; sources are the products' own documents. What a
/// product does without being asked exists in every call (or service) that the preset reaches;
/// all else only where the file names the mechanism.
public enum Presets {
  /// Presets of the language that this version does not have yet.
  public static let later = ["knative", "lambda"]

  public static let all: [Preset] = [
    envoy, grpc, finagle, haproxy, nginx, kubernetes, aws, hystrix, resilience4j,
  ]

  /// The preset of a name.
  static func named(_ name: String?) -> Preset? { all.first { $0.name == name } }

  private static let envoy = Preset(
    "envoy", "Envoy's routes and clusters as they are without configuration.",
    [
      .unasked(.call, "timeout", #""15s""#, "Envoy API v3, RouteAction.timeout"),
      .named(.call, "retry_policy.num_retries", "1", "Envoy API v3, RetryPolicy.num_retries"),
      .named(
        .call, "retry_policy.retry_back_off.base_interval", #""25ms""#,
        "Envoy docs, Router: x-envoy-max-retries"),
      .named(
        .call, "retry_policy.retry_back_off.max_interval", #""250ms""#,
        "Envoy API v3, RetryPolicy.RetryBackOff.max_interval: ten times the base"),
      .named(
        .call, "retry_policy.retry_back_off.jitter", #""full""#,
        "Envoy docs, Router: x-envoy-max-retries, fully jittered"),
      .unasked(.service, "lb_policy", #""ROUND_ROBIN""#, "Envoy API v3, Cluster.lb_policy"),
      .unasked(
        .service, "least_request_lb_config.choice_count", "2",
        "Envoy API v3, LeastRequestLbConfig.choice_count"),
      .unasked(
        .service, "ring_hash_lb_config.minimum_ring_size", "1024",
        "Envoy API v3, RingHashLbConfig.minimum_ring_size"),
      .unasked(
        .service, "ring_hash_lb_config.maximum_ring_size", "8388608",
        "Envoy API v3, RingHashLbConfig.maximum_ring_size"),
      .unasked(
        .service, "maglev_lb_config.table_size", "65537",
        "Envoy API v3, MaglevLbConfig.table_size"),
      .named(
        .service, "circuit_breakers.retry_budget.type", #""CONCURRENCY""#,
        "Envoy API v3, CircuitBreakers.Thresholds.RetryBudget"),
      .named(
        .service, "circuit_breakers.retry_budget.budget_percent", "20",
        "Envoy API v3, RetryBudget.budget_percent"),
      .named(
        .service, "circuit_breakers.retry_budget.min_retry_concurrency", "3",
        "Envoy API v3, RetryBudget.min_retry_concurrency"),
      .named(
        .service, "circuit_breakers.max_connections", "1024",
        "Envoy API v3, CircuitBreakers.Thresholds.max_connections"),
      .named(
        .service, "circuit_breakers.max_pending_requests", "1024",
        "Envoy API v3, CircuitBreakers.Thresholds.max_pending_requests"),
      .named(
        .service, "circuit_breakers.max_requests", "1024",
        "Envoy API v3, CircuitBreakers.Thresholds.max_requests"),
      .named(
        .service, "circuit_breakers.max_retries", "3",
        "Envoy API v3, CircuitBreakers.Thresholds.max_retries"),
      .named(
        .service, "outlier_detection.consecutive_5xx", "5",
        "Envoy API v3, OutlierDetection.consecutive_5xx"),
      .named(
        .service, "outlier_detection.base_ejection_time", #""30s""#,
        "Envoy API v3, OutlierDetection.base_ejection_time"),
      .named(
        .service, "outlier_detection.max_ejection_percent", "10",
        "Envoy API v3, OutlierDetection.max_ejection_percent"),
      .named(
        .service, "slow_start_config.min_weight_percent", "10",
        "Envoy API v3, SlowStartConfig.min_weight_percent"),
      .unasked(
        .rateLimit, "type", #""token_bucket""#, "Envoy API v3, LocalRateLimit.token_bucket"),
      .unasked(
        .rateLimit, "tokens_per_fill", "1", "Envoy API v3, TokenBucket.tokens_per_fill"),
      .unasked(
        .rateLimit, "refill", #""stepwise""#, "Envoy API v3, TokenBucket.fill_interval"),
    ])

  private static let grpc = Preset(
    "grpc",
    "gRPC: deadlines and cancellations travel; no deadline unless given. Balancing is as the file"
      + " says: a channel that was told nothing has PICK_FIRST.",
    [
      .unasked(
        .call, "propagate_deadline", "true", "gRPC docs, Deadlines: Deadline Propagation"),
      .named(
        .call, "retry_policy.retry_back_off.jitter", #""plus_minus_20_percent""#,
        "gRPC docs, Retry: Exponential backoff, times a random 0.8 to 1.2"),
      .named(
        .call, "hedge_policy.non_fatal", "[]", "gRFC A6, nonFatalStatusCodes: none unless given"),
      .unasked(
        .service, "cancel", #""running""#,
        "gRPC docs, Cancellation: the server stops; its handler is taken to look"),
      .unasked(
        .service, "least_request_lb_config.choice_count", "2",
        "gRFC A48, LeastRequestLoadBalancingConfig.choice_count"),
      .unasked(
        .service, "ring_hash_lb_config.minimum_ring_size", "1024",
        "gRFC A42, RingHashLbConfig.min_ring_size"),
      .unasked(
        .service, "ring_hash_lb_config.maximum_ring_size", "4096",
        "gRFC A42, RingHashLbConfig.max_ring_size"),
      .named(
        .service, "circuit_breakers.retry_budget.type", #""THROTTLE""#,
        "gRFC A6, retryThrottling"),
    ])

  private static let finagle = Preset(
    "finagle", "Finagle's client stack: P2C, and requeues of what was not served, in a budget.",
    [
      .unasked(
        .call, "retry_policy.retry_on", #"["connection_failure", "shed"]"#,
        "Finagle, Retries: RetryableWriteException, rejections of the server among them"),
      .unasked(
        .call, "retry_policy.num_retries", "20",
        "Finagle, Retries: MaxRequeuesPerReq, a fifth of the budget of 100 at rest"),
      .unasked(
        .call, "retry_policy.retry_back_off", #""0s""#, "Finagle, Retries.Budget: no back-off"),
      .unasked(
        .service, "lb_policy", #""LEAST_REQUEST""#,
        "Finagle guide, Clients: Load Balancing, P2C and least loaded"),
      .unasked(
        .service, "least_request_lb_config.choice_count", "2", "Finagle, P2CPick: two nodes"),
      .unasked(
        .service, "least_request_lb_config.replacement", "false",
        "Finagle, P2CPick: two different nodes"),
      .unasked(
        .service, "circuit_breakers.retry_budget.type", #""RATE""#, "Finagle, RetryBudget"),
      .unasked(
        .service, "circuit_breakers.retry_budget.budget_percent", "20",
        "Finagle, RetryBudget: percentCanRetry 0.2"),
      .unasked(
        .service, "circuit_breakers.retry_budget.ttl", #""10s""#,
        "Finagle, RetryBudget: ttl 10 s"),
      .unasked(
        .service, "circuit_breakers.retry_budget.min_retry_rate", #""10/s""#,
        "Finagle, RetryBudget: minRetriesPerSec 10"),
    ])

  private static let haproxy = Preset(
    "haproxy",
    "HAProxy's backends: three more tries of a connection that fails, no timeouts unless given.",
    [
      .unasked(
        .call, "retry_policy.retry_on", #"["connection_failure"]"#,
        "HAProxy manual, retry-on: conn-failure"),
      .unasked(.call, "retry_policy.num_retries", "3", "HAProxy manual, retries"),
      .unasked(
        .call, "retry_policy.retry_back_off", #""1s""#,
        "HAProxy manual, retries: at most one second before the next try"),
      .unasked(
        .service, "lb_policy", #""ROUND_ROBIN""#, "HAProxy manual, balance: roundrobin"),
      .unasked(
        .service, "least_request_lb_config.full_scan", "true",
        "HAProxy manual, balance leastconn: the server with the fewest connections"),
      .named(.service, "readiness_probe.period", #""2s""#, "HAProxy manual, inter"),
      .named(
        .service, "readiness_probe.timeout", #""2s""#,
        "HAProxy manual, timeout check: inter where it is not set"),
      .named(.service, "readiness_probe.failure_threshold", "3", "HAProxy manual, fall"),
      .named(.service, "readiness_probe.success_threshold", "2", "HAProxy manual, rise"),
    ])

  private static let nginx = Preset(
    "nginx", "NGINX's proxy: each other server once, in time of an error; requests are idempotent.",
    [
      .unasked(
        .call, "retry_policy.retry_on", #"["connection_failure", "timeout"]"#,
        "NGINX docs, proxy_next_upstream: error timeout"),
      .otherReplicas(
        .call, "retry_policy.num_retries",
        "NGINX docs, proxy_next_upstream_tries: no limit but each server once"),
      .unasked(
        .call, "retry_policy.per_try_timeout", #""60s""#, "NGINX docs, proxy_read_timeout"),
      .unasked(
        .call, "retry_policy.retry_back_off", #""0s""#, "NGINX docs, proxy_next_upstream"),
      .unasked(
        .call, "retry_policy.retry_other_host", "true",
        "NGINX docs, proxy_next_upstream: the next server"),
      .unasked(
        .service, "lb_policy", #""ROUND_ROBIN""#, "NGINX docs, upstream: round-robin by weight"),
      .unasked(
        .service, "least_request_lb_config.full_scan", "true",
        "NGINX docs, least_conn: the server with the fewest connections"),
      .unasked(
        .service, "round_robin_lb_config.scheduler", #""SMOOTH""#,
        "NGINX docs, upstream: weighted round-robin, smooth"),
      .named(
        .service, "outlier_detection.consecutive_5xx", "1", "NGINX docs, server: max_fails"),
      .named(
        .service, "outlier_detection.base_ejection_time", #""10s""#,
        "NGINX docs, server: fail_timeout"),
      .named(
        .service, "outlier_detection.max_ejection_time", #""10s""#,
        "NGINX docs, server: fail_timeout"),
      .named(
        .service, "outlier_detection.max_ejection_percent", "100",
        "NGINX docs, server: each on its own account"),
      .unasked(
        .rateLimit, "type", #""token_bucket""#,
        "NGINX docs, limit_req: a leaky bucket, which is a token bucket of burst + 1"),
      .unasked(.rateLimit, "refill", #""continuous""#, "NGINX docs, limit_req: by milliseconds"),
      .unasked(.rateLimit, "max_tokens", "1", "NGINX docs, limit_req: burst is zero"),
      .unasked(.cache, "lock", "false", "NGINX docs, proxy_cache_lock"),
      .unasked(.cache, "lock_timeout", #""5s""#, "NGINX docs, proxy_cache_lock_timeout"),
      .unasked(
        .cache, "eviction", #""LRU""#,
        "NGINX docs, proxy_cache_path: the least recently used data go"),
    ])

  private static let kubernetes = Preset(
    "kubernetes",
    "A Kubernetes Service: kube-proxy picks an endpoint at random, by request unless balance_per says so.",
    [
      .unasked(
        .service, "lb_policy", #""RANDOM""#,
        "Kubernetes docs, Virtual IPs and Service Proxies: iptables mode"),
      .named(
        .service, "readiness_probe.period", #""10s""#, "Kubernetes docs, Probe: periodSeconds"),
      .named(
        .service, "readiness_probe.timeout", #""1s""#, "Kubernetes docs, Probe: timeoutSeconds"),
      .named(
        .service, "readiness_probe.failure_threshold", "3",
        "Kubernetes docs, Probe: failureThreshold"),
      .named(
        .service, "readiness_probe.success_threshold", "1",
        "Kubernetes docs, Probe: successThreshold"),
      .named(.service, "liveness_probe.period", #""10s""#, "Kubernetes docs, Probe: periodSeconds"),
      .named(
        .service, "liveness_probe.timeout", #""1s""#, "Kubernetes docs, Probe: timeoutSeconds"),
      .named(
        .service, "liveness_probe.failure_threshold", "3",
        "Kubernetes docs, Probe: failureThreshold"),
    ])

  private static let aws = Preset(
    "aws", "An AWS SDK's standard retries before an Application Load Balancer.",
    [
      .unasked(
        .call, "retry_policy.retry_on", #"["5xx"]"#,
        "AWS SDKs guide, Retry behavior: transient errors and throttling"),
      .unasked(
        .call, "retry_policy.num_retries", "2",
        "AWS SDKs guide, max_attempts: three with the first"),
      .unasked(
        .call, "retry_policy.retry_back_off.base_interval", #""1s""#,
        "AWS SDKs guide, Retry behavior: before the revision of 2026"),
      .unasked(
        .call, "retry_policy.retry_back_off.max_interval", #""20s""#,
        "AWS SDKs guide, Retry behavior: MAX_BACKOFF"),
      .unasked(
        .call, "retry_policy.retry_back_off.jitter", #""full""#,
        "AWS SDKs guide, Retry behavior: a random part of the pause"),
      .unasked(
        .service, "lb_policy", #""ROUND_ROBIN""#,
        "Elastic Load Balancing guide, target groups: round_robin"),
      .unasked(
        .service, "least_request_lb_config.full_scan", "true",
        "Elastic Load Balancing guide, target groups: least_outstanding_requests"),
      .named(
        .service, "readiness_probe.period", #""30s""#,
        "Elastic Load Balancing guide, HealthCheckIntervalSeconds"),
      .named(
        .service, "readiness_probe.timeout", #""5s""#,
        "Elastic Load Balancing guide, HealthCheckTimeoutSeconds"),
      .named(
        .service, "readiness_probe.success_threshold", "5",
        "Elastic Load Balancing guide, HealthyThresholdCount"),
      .named(
        .service, "readiness_probe.failure_threshold", "2",
        "Elastic Load Balancing guide, UnhealthyThresholdCount"),
      .unasked(
        .service, "circuit_breakers.retry_budget.type", #""QUOTA""#,
        "AWS SDKs guide, Retry behavior: retry quota"),
      .unasked(
        .service, "circuit_breakers.retry_budget.max_tokens", "500",
        "AWS SDKs guide, Retry behavior: 500 tokens"),
      .unasked(
        .service, "circuit_breakers.retry_budget.retry_cost", "5",
        "AWS SDKs guide, Retry behavior: RETRY_COST"),
      .unasked(
        .service, "circuit_breakers.retry_budget.timeout_cost", "10",
        "AWS SDKs guide, Retry behavior: TIMEOUT_RETRY_COST"),
      .unasked(
        .rateLimit, "type", #""token_bucket""#,
        "Amazon API Gateway guide, throttling: a token bucket"),
      .unasked(
        .rateLimit, "max_tokens", "5000", "Amazon API Gateway quotas: a burst of 5,000"),
      .unasked(
        .rateLimit, "fill_interval", #""100us""#,
        "Amazon API Gateway quotas: 10,000 requests per second"),
      .unasked(
        .rateLimit, "refill", #""continuous""#,
        "Amazon API Gateway guide, throttling: steps are not documented"),
    ])

  private static let hystrix = Preset(
    "hystrix", "Hystrix's commands: one second, and a breaker about each call.",
    [
      .unasked(
        .call, "timeout", #""1s""#, "Hystrix wiki, execution.isolation.thread.timeoutInMilliseconds"
      ),
      .unasked(
        .call, "breaker.failure_rate_threshold", "50",
        "Hystrix wiki, circuitBreaker.errorThresholdPercentage"),
      .unasked(
        .call, "breaker.minimum_calls", "20",
        "Hystrix wiki, circuitBreaker.requestVolumeThreshold"),
      .unasked(
        .call, "breaker.sliding_window", #""10s""#,
        "Hystrix wiki, metrics.rollingStats.timeInMilliseconds"),
      .unasked(
        .call, "breaker.wait_duration_open", #""5s""#,
        "Hystrix wiki, circuitBreaker.sleepWindowInMilliseconds"),
      .unasked(
        .call, "breaker.permitted_half_open", "1", "Hystrix wiki, How it works: a single request"),
      .unasked(.pool, "size", "10", "Hystrix wiki, coreSize"),
      .unasked(.pool, "max_waiting", "0", "Hystrix wiki, maxQueueSize: -1, no queue"),
    ])

  private static let resilience4j = Preset(
    "resilience4j", "resilience4j's decorators, each only where it is named.",
    [
      .named(
        .call, "retry_policy.num_retries", "2", "resilience4j docs, Retry: maxAttempts 3"),
      .named(
        .call, "retry_policy.retry_back_off", #""500ms""#,
        "resilience4j docs, Retry: waitDuration"),
      .named(
        .call, "breaker.failure_rate_threshold", "50",
        "resilience4j docs, CircuitBreaker: failureRateThreshold"),
      .named(
        .call, "breaker.slow_call_duration", #""60s""#,
        "resilience4j docs, CircuitBreaker: slowCallDurationThreshold; counted with failures here"),
      .named(
        .call, "breaker.minimum_calls", "100",
        "resilience4j docs, CircuitBreaker: minimumNumberOfCalls"),
      .named(
        .call, "breaker.sliding_window", "100",
        "resilience4j docs, CircuitBreaker: slidingWindowSize, by count"),
      .named(
        .call, "breaker.wait_duration_open", #""60s""#,
        "resilience4j docs, CircuitBreaker: waitDurationInOpenState"),
      .named(
        .call, "breaker.permitted_half_open", "10",
        "resilience4j docs, CircuitBreaker: permittedNumberOfCallsInHalfOpenState"),
      .unasked(.pool, "size", "25", "resilience4j docs, Bulkhead: maxConcurrentCalls"),
      .unasked(.pool, "max_waiting", "0", "resilience4j docs, Bulkhead: maxWaitDuration 0"),
    ])
}
