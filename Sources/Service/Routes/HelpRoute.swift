import HTTP

/// `GET /`: what one can ask here, for a person with curl.
enum HelpRoute {
  /// - Parameter needsKey: whether a key has to be sent; strangers may read this page, which tells no version.
  static func answer(host: String, needsKey: Bool) -> Response {
    let keyNote = """
      Everything but this page and /health takes a key; add to each line:
        -H "Authorization: Bearer $KEY"


      """
    return Response(
      text: """
        ugatit: image translation with U-GAT-IT

        \(needsKey ? keyNote : "")\
        Translate a PNG, JPEG or WebP; the answer is a PNG whose Translation-Id header names it:
          curl -F image=@selfie.jpg \(host)/translate -o toon.png -D -
          curl --data-binary @selfie.jpg '\(host)/translate?format=jpeg&size=original' -o toon.jpg
          curl -F image=@one.jpg -F image=@two.png \(host)/translate     (several: JSON)

          Query: model, direction=A2B|B2A, fit=stretch|crop|pad, side=N|WxH, size=model|original,
                 format=png|jpeg|webp|json (or Accept), quality=1...100, style=jet|gray|overlay,
                 profile=convert|ignore, crop=x,y,width,height, explain=discriminator

        See where the network looked:
          curl \(host)/heatmap/ID -o heatmap.png
          curl '\(host)/heatmap/ID?style=overlay&size=original' -o overlay.png
          curl '\(host)/heatmap/ID?of=local' -o judged.png   (explained: of=global, of=local)
          curl -H 'Accept: application/json' \(host)/heatmap/ID
          curl -F image=@selfie.jpg \(host)/heatmap -o heatmap.png      (without a translation)

        What is here:
          curl \(host)/models
          curl \(host)/health          (/health/live, /health/ready)
          curl \(host)/metrics

        """)
  }
}
