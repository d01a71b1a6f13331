extension AgreementTests {
  private static let long = "run.duration=200s"

  static let all: [Whole] = [
    Whole(
      formula: "M/M/1", settings: [long],
      metrics: ["users latency mean", "users latency p99", "server wait mean", "server wait p99"]),
    Whole(
      formula: "M/M/3", settings: [long, "services.server.concurrency=3", rate(450)],
      metrics: ["users latency mean", "users latency p99", "server wait mean"]),
    Whole(
      formula: "M/M/1, mean",
      settings: [long, "services.server.queue.discipline=RANDOM", rate(120)],
      metrics: ["users latency mean", "server wait mean"]),
    Whole(
      formula: "Erlang B",
      settings: [
        long, "services.server.concurrency=3", "services.server.queue.max_length=0",
        "services.server.handler.job.work={type: 'lognormal', mean: '20ms', cv: 2}",
      ],
      metrics: ["server shed", "server utilization"]),
    Whole(
      formula: "M/M/1/4", settings: [long, "services.server.queue.max_length=3", rate(180)],
      metrics: ["server shed", "server wait mean", "server wait p99", "server utilization"]),
    Whole(
      formula: "M/D/1", settings: [long, "services.server.handler.job.work=5ms", rate(120)],
      metrics: ["users latency mean", "users latency p99", "server wait p99"]),
    Whole(
      formula: "M/G/1",
      settings: [
        long, "services.server.handler.job.work={type: 'uniform', min: '1ms', max: '9ms'}",
        rate(140),
      ],
      metrics: ["users latency mean", "server wait mean"]),
    Whole(
      formula: "M/G/1-PS",
      settings: [
        long, "services.server.queue.discipline=PS",
        "services.server.concurrency=unlimited",
        "services.server.handler.job.work={type: 'lognormal', mean: '5ms', cv: 1.5}",
      ],
      metrics: ["users latency mean"]),
    Whole(
      formula: "M/G/1-LIFO preemptive",
      settings: [
        long, "services.server.queue.discipline=LIFO",
        "services.server.queue.preemptive=true",
      ],
      metrics: ["users latency mean"]),
    Whole(
      formula: "M/G/1-SJF", settings: [long, "services.server.queue.discipline=SJF", rate(140)],
      metrics: ["users latency mean"]),
    Whole(
      formula: "M/G/1-SRPT", settings: [long, "services.server.queue.discipline=SRPT", rate(140)],
      metrics: ["users latency mean"]),
    Whole(
      formula: "M/G/1 with priorities",
      settings: [
        long, rate(140), "services.server.queue.discipline=PRIORITY",
        "classes={urgent: {priority: 0}, normal: {priority: 1}}",
        "workloads.users.class={urgent: 1, normal: 3}",
      ],
      metrics: ["users latency mean", "server wait mean"]),
    Whole(
      formula: "M/G/1 with preemptive priorities",
      settings: [
        long, rate(140), "services.server.queue.discipline=PRIORITY",
        "services.server.queue.preemptive=true",
        "classes={urgent: {priority: 0}, normal: {priority: 1}}",
        "workloads.users.class={urgent: 1, normal: 3}",
      ],
      metrics: ["users latency mean"]),
    Whole(
      formula: "E4/M/1", settings: [long, "services.server.replicas=4", rate(600)],
      metrics: ["users latency mean", "users latency p99", "server wait mean"]),
    Whole(
      formula: "D/M/1",
      settings: [long, "workloads.users.arrivals={type: 'constant', rate: '140/s'}"],
      metrics: ["users latency mean", "users latency p99", "server wait mean"]),
    Whole(
      formula: "M/M/4",
      settings: [
        long, "services.server.replicas=4", "services.server.lb_policy=LEAST_WORK_LEFT",
        rate(600),
      ],
      metrics: ["users latency mean", "users latency p99"]),
    Whole(
      formula: "2 choices of many queues",
      settings: [
        "services.server.replicas=100", "services.server.lb_policy=LEAST_REQUEST",
        rate(16_000),
      ],
      metrics: ["users latency mean", "users latency p99", "server wait mean"], tolerance: 0.02),
    Whole(
      formula: "Allen-Cunneen, M/G/3",
      settings: [
        long, "services.server.concurrency=3", rate(450),
        "services.server.handler.job.work={type: 'uniform', min: '1ms', max: '9ms'}",
      ],
      metrics: ["users latency mean", "server wait mean"], tolerance: 0.1),
    Whole(
      formula: "Allen-Cunneen, E2/G/2",
      settings: [
        long, "services.server.concurrency=2", "services.server.replicas=2", rate(650),
        "services.server.handler.job.work={type: 'uniform', min: '1ms', max: '9ms'}",
      ],
      metrics: ["users latency mean", "server wait mean"], tolerance: 0.15),
  ]
}
