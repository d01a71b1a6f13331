extension ParsedCommand {
  /// Where results go, as a person looks for them: of a folder with a page its page, of a folder of
  /// tables the folder; standard output is no place.
  public var places: [String] {
    ["output", "html", "csv", "requests", "hdrplot", "out"].compactMap { name in
      guard let place = text(name), place != "-", let option = spec?.options.option(long: name)
      else { return nil }
      guard option.isFolder else { return place }
      let folder = place.hasSuffix("/") ? place : place + "/"
      return name == "output" ? folder + "report.html" : folder
    }
  }
}
