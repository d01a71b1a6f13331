/// Redis' `noeviction`: a full cache takes nothing new.
public enum NoEviction: EvictionPolicy {
  public static let name = "noeviction"
  public static let summary = "Evicts nothing: a full cache turns new entries away (Redis)."

  @inline(__always)
  public static func use(_ i: Int32, in cache: inout Cache) {}

  @inline(__always)
  public static func evictOne(in cache: inout Cache) -> Bool { false }
}
