/// The version of this program, for `--version`, `/health` and the metrics.
public enum Version {
  public static let current = "0.1.0"
}
