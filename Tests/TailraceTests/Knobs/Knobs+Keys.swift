/// What requests are about: key spaces, their popularity, and the keys that requests carry.
extension Knobs {
  private static let imbalance = Fact.leaf("hottest_shard.imbalance_ratio")

  static let keys = [
    Knobs(
      "key space", in: .shards, at: "keys.item",
      [
        .turn("count", "10", "400", lowers: imbalance),
        .turn(
          "popularity", "{type: 'uniform'}", "{type: 'zipf', exponent: 1}", raises: imbalance),
        .turn(
          "of", "['item']", "['item', 'page']", changes: imbalance, path: "keys.both.of",
          with: "services.leaf.shard_by.key=both"),
      ]),
    Knobs(
      "key space", in: .store, at: "keys.page",
      [
        .turn(
          "size", "1KB", "9KB", lowers: .pages("hits"), with: "caches.pages.max_entries=null",
          "caches.pages.max_memory=100KB"),
        .turn("absent_fraction", "0", "0.5", lowers: .pages("hits")),
      ]),
    Knobs(
      "keys of a workload", in: .shards, at: "workloads.users.keys.item",
      with: ["workloads.users.keys.item={}"],
      [
        .turn("count", "1", "8", raises: .leaf("requests")),
        .turn("popularity", "{type: 'keys', keys: [7]}", "{type: 'uniform'}", lowers: imbalance),
      ]),
    Knobs(
      "keys of a workload", in: .replay, at: "workloads.users.keys.item",
      with: ["services.api.shards=5", "services.api.shard_by={policy: 'MODULO'}"],
      [.turn("column", "item", "items", changes: .api("hottest_shard.shard"))]),
    Knobs(
      "popularity uniform", in: .shards, at: "keys.item.popularity",
      with: ["keys.item.popularity={type: 'uniform'}"],
      [
        .turn("range", "[0, 3]", "[0, 399]", lowers: imbalance),
        .turn("shift_every", "10s", "50ms", lowers: imbalance, with: ".range=[0, 3]"),
      ]),
    Knobs(
      "popularity scan", in: .shards, at: "keys.item.popularity",
      with: ["keys.item.popularity={type: 'scan'}"],
      [.turn("range", "[0, 3]", "[0, 399]", lowers: imbalance)]),
    Knobs(
      "popularity zipf", in: .shards, at: "keys.item.popularity",
      [
        .turn("exponent", "0", "2", raises: imbalance),
        .turn("range", "[0, 3]", "[0, 399]", lowers: imbalance),
        .turn("shift_every", "10s", "20ms", lowers: imbalance),
      ]),
    Knobs(
      "popularity keys", in: .shards, at: "keys.item.popularity",
      with: ["keys.item.popularity={type: 'keys'}", "workloads.users.keys.item=1"],
      [
        .turn("keys", "[3]", "[3, 4]", lowers: imbalance),
        .turn("keys", "[3, 4]", "[3, [4, 9]]", raises: imbalance),
      ]),
    Knobs(
      "popularity mixture", in: .shards, at: "keys.item.popularity",
      with: ["keys.item.popularity={type: 'mixture'}"],
      [
        .turn(
          "of", "[{weight: 1, type: 'uniform'}]",
          "[{weight: 1, type: 'uniform'}, {weight: 3, type: 'zipf', exponent: 2}]",
          raises: imbalance),
        .turn(
          "shift_every", "10s", "20ms", lowers: imbalance,
          with: ".of=[{weight: 1, type: 'zipf', exponent: 2}]"),
      ]),
  ]

  /// Who owns which keys.
  static let sharding = [
    Knobs(
      "shard_by", in: .shards, at: "services.leaf.shard_by",
      [
        .turn("key", "item", "page", lowers: .leaf("requests")),
        .words(
          "policy", tellApart: imbalance,
          needs: ["TABLE": [".table=[[0, 0], [9, 1], [50, 2], [300, 3]]"]]),
        .turn(
          "table", "[[0, 0], [200, 1]]", "[[0, 0], [20, 1]]", lowers: imbalance,
          with: "services.leaf.shards=2", ".policy=TABLE"),
        .turn("hot_keys", "{top: 1, ways: 2}", "{top: 9, ways: 8}", lowers: imbalance),
        .turn("reshard", nil, "{at: '2s', shards: 9}", changes: .leaf("moved_keys_ratio")),
        .turn(
          "copy_bandwidth", "10KB/s", "1MB/s", lowers: .leaf("copy_ms"),
          with: ".reshard={at: '2s', shards: 9}"),
      ]),
    Knobs(
      "hot_keys", in: .shards, at: "services.leaf.shard_by.hot_keys",
      with: ["services.leaf.shard_by.hot_keys={ways: 4}"],
      [
        .turn("keys", "[0]", "[0, 1, 2, 3, 4]", changes: imbalance),
        .turn("top", "1", "9", changes: imbalance),
        .turn("ways", "2", "8", lowers: imbalance, with: ".top=1"),
      ]),
    Knobs(
      "reshard", in: .shards, at: "services.leaf.shard_by.reshard",
      with: ["services.leaf.shard_by.reshard={at: '2s', shards: 16}"],
      [
        .turn("at", "1s", "3s", lowers: .leaf("shard_loads.15.requests")),
        .turn(
          "shards", "9", "16", raises: .leaf("moved_keys_ratio"),
          with: "services.leaf.shard_by.policy=JUMP"),
        .turn(
          "table", "[[0, 0], [1, 1], [20, 2]]", "[[0, 0], [1, 2], [20, 1]]",
          changes: .leaf("moved_keys_ratio"), with: "services.leaf.shards=2", ".shards=3",
          "services.leaf.shard_by.policy=TABLE",
          "services.leaf.shard_by.table=[[0, 0], [20, 1]]"),
        .turn(
          "double_reads", "false", "true", raises: .leaf("requests"),
          with: "services.leaf.shard_by.copy_bandwidth=100KB/s"),
      ]),
  ]
}
