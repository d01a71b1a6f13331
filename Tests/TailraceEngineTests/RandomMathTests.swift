import Foundation
import Testing

@testable import TailraceEngine

@Suite("Portable mathematics")
struct RandomMathTests {
  /// Distance from the C library's value, in units of its last place.
  static func distance(_ ours: Double, _ theirs: Double) -> Double {
    if ours.isNaN || theirs.isNaN { return ours.isNaN && theirs.isNaN ? 0 : .infinity }
    if ours == theirs { return 0 }
    if ours.isInfinite || theirs.isInfinite { return .infinity }
    return abs(ours - theirs) / theirs.ulp
  }

  /// Whole-valued distances: ours within 1 ulp of the truth and theirs too differ by 1 at most.
  func check(
    _ name: String, _ count: Int = 40_000, over range: ClosedRange<Double>,
    _ ours: (Double) -> Double, _ theirs: (Double) -> Double
  ) {
    var random = SequentialRandom(seed: StreamName.hash(name))
    var worst = 0.0
    var place = 0.0
    for _ in 0..<count {
      let argument = range.lowerBound + random.unit() * (range.upperBound - range.lowerBound)
      let distance = Self.distance(ours(argument), theirs(argument))
      if distance > worst { (worst, place) = (distance, argument) }
    }
    #expect(worst <= 1, "\(name) at \(place)")
  }

  /// Doubles of every exponent and both signs.
  static func anyDouble(_ random: inout SequentialRandom) -> Double {
    Double(bitPattern: random.next())
  }

  @Test("Within one unit of the C library on common ranges")
  func commonRanges() {
    check("log", over: 0.5...2, PortableMath.log, Foundation.log)
    check("log wide", over: 0...1e10, PortableMath.log, Foundation.log)
    check("exp", over: -1...1, PortableMath.exp, Foundation.exp)
    check("exp wide", over: -745...709, PortableMath.exp, Foundation.exp)
    check("log1p", over: -1...2, PortableMath.log1p, Foundation.log1p)
    check("log1p wide", over: 0...1e6, PortableMath.log1p, Foundation.log1p)
    check("expm1", over: -2...2, PortableMath.expm1, Foundation.expm1)
    check("expm1 wide", over: -45...700, PortableMath.expm1, Foundation.expm1)
    check("sin", over: -10...10, PortableMath.sin, Foundation.sin)
    check("cos", over: -10...10, PortableMath.cos, Foundation.cos)
    check("sin wide", over: -1e20...1e20, PortableMath.sin, Foundation.sin)
  }

  @Test("Within one unit for arguments of every exponent")
  func everyExponent() {
    var random = SequentialRandom(seed: 3)
    for _ in 0..<40_000 {
      let x = Self.anyDouble(&random)
      #expect(Self.distance(PortableMath.log(x), Foundation.log(x)) <= 1, "log \(x)")
      #expect(Self.distance(PortableMath.exp(x), Foundation.exp(x)) <= 1, "exp \(x)")
      #expect(Self.distance(PortableMath.log1p(x), Foundation.log1p(x)) <= 1, "log1p \(x)")
      #expect(Self.distance(PortableMath.expm1(x), Foundation.expm1(x)) <= 1, "expm1 \(x)")
      #expect(Self.distance(PortableMath.sin(x), Foundation.sin(x)) <= 1, "sin \(x)")
      #expect(Self.distance(PortableMath.cos(x), Foundation.cos(x)) <= 1, "cos \(x)")
    }
  }

  @Test("Powers, at results of every size")
  func powers() {
    var random = SequentialRandom(seed: 4)
    for _ in 0..<40_000 {
      let base = abs(Self.anyDouble(&random))
      guard base.isFinite, base > 0 else { continue }
      let exponent = (random.unit() * 1500 - 750) / Foundation.log(base)
      let distance = Self.distance(
        PortableMath.pow(base, exponent), Foundation.pow(base, exponent))
      #expect(distance <= 1, "\(base) ^ \(exponent)")
      let near = 0.5 + random.unit()
      let steep = random.unit() * 2000 - 1000
      let other = Self.distance(PortableMath.pow(near, steep), Foundation.pow(near, steep))
      #expect(other <= 1, "\(near) ^ \(steep)")
    }
  }

  @Test("Special arguments, with the sign of zero")
  func specialArguments() {
    let special: [Double] = [
      0, -0.0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, .infinity, -.infinity, .nan, 0x1p-1074, -0x1p-1074,
      2.2250738585072014e-308, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1e-20, -1e-20,
      709.78, 709.79, 710, -745.13, -745.14, -708.5, 0x1p52, 0x1p53, 0x1p53 + 2, 1 - 0x1p-53,
      1 + 0x1p-52, -37.5, 40, 56.1, 0.25, -0.75, 1.5, .pi, .pi / 2, .pi / 4, 1e300, -1e300,
    ]
    let pairs: [(String, (Double) -> Double, (Double) -> Double)] = [
      ("log", PortableMath.log, Foundation.log), ("exp", PortableMath.exp, Foundation.exp),
      ("log1p", PortableMath.log1p, Foundation.log1p),
      ("expm1", PortableMath.expm1, Foundation.expm1),
      ("sin", PortableMath.sin, Foundation.sin), ("cos", PortableMath.cos, Foundation.cos),
    ]
    for x in special {
      for (name, ours, theirs) in pairs {
        let (mine, yours) = (ours(x), theirs(x))
        #expect(Self.distance(mine, yours) <= 1, "\(name) \(x)")
        if !mine.isNaN { #expect(mine.sign == yours.sign, "\(name) \(x)") }
      }
      for y in special {
        let (mine, yours) = (PortableMath.pow(x, y), Foundation.pow(x, y))
        #expect(Self.distance(mine, yours) <= 1, "\(x) ^ \(y)")
        if !mine.isNaN { #expect(mine.sign == yours.sign, "\(x) ^ \(y)") }
      }
    }
  }

  @Test("Gamma, normal probability and harmonic sums")
  func specialFunctions() {
    for x in [1e-8, 0.1, 0.5, 1, 1.4616, 2, 3.7, 15.9, 16, 100, 1e6, 1e15] {
      let error = abs(PortableMath.logGamma(x) - lgamma(x))
      #expect(error <= 1e-14 * (1 + abs(lgamma(x))), "\(x)")
    }
    for x in stride(from: -9.0, through: 9, by: 0.37) {
      #expect(
        abs(PortableMath.normalProbability(below: x) - 0.5 * erfc(-x / 2.0.squareRoot())) < 1e-15)
    }
    for exponent in [-2.0, -1, 0, 0.5, 0.99, 1, 1.2, 2, 5] {
      for count: UInt64 in [1, 2, 32, 33, 100, 10_000] {
        let direct = (1...count).reduce(0.0) { $0 + Foundation.pow(Double($1), -exponent) }
        let sum = PortableMath.harmonic(count, exponent: exponent)
        #expect(abs(sum / direct - 1) < 1e-12, "\(count) \(exponent)")
      }
    }
  }
}
