# The first stage holds the toolchain, 4 GB; the second one binary, the libraries it needs, and the models.

FROM swift:6.3-bookworm AS build

RUN apt-get -q update \
  && apt-get -q install -y --no-install-recommends libpng-dev libjpeg-dev zlib1g-dev libwebp-dev liblcms2-dev \
  && rm -rf /var/lib/apt/lists/*

WORKDIR /src

# Fetched again only when the manifest changes, not with every line of source.  Package.resolved is there once
# somebody has built the checkout; it then fixes the versions.
COPY Package.swift Package.resolved* ./
RUN swift package resolve

# SwiftPM wants the folder of every target in the manifest, also of those that it is not told to build.
COPY Tests Tests
COPY Sources Sources
RUN swift build -c release --static-swift-stdlib -Xlinker -s --product ugatit \
  && cp .build/release/ugatit /usr/local/bin/


FROM debian:bookworm-slim

LABEL org.opencontainers.image.title="ugatit" \
  org.opencontainers.image.description="U-GAT-IT image translation over HTTP, on CPUs" \
  org.opencontainers.image.licenses="Apache-2.0 AND CC-BY-4.0"

# A number of its own, so that Kubernetes can see that it is not root, and no file on the host is its by chance.
RUN apt-get -q update \
  && apt-get -q install -y --no-install-recommends libjpeg62-turbo liblcms2-2 libpng16-16 libstdc++6 libwebp7 zlib1g \
  && rm -rf /var/lib/apt/lists/* \
  && groupadd --gid 10001 ugatit \
  && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin ugatit

COPY LICENSE THIRD-PARTY-NOTICES.md /usr/share/doc/ugatit/
COPY models /models
COPY --from=build /usr/local/bin/ugatit /usr/local/bin/

USER 10001:10001
WORKDIR /models

ENV UGATIT_HOST=0.0.0.0 \
  UGATIT_PORT=8080 \
  UGATIT_MODELS=/models
EXPOSE 8080

# The binary asks itself and waits up to 5 s.  Models of a gigabyte load for seconds: until then it is "starting".
HEALTHCHECK --interval=15s --timeout=6s --start-period=60s --retries=3 CMD ["ugatit", "health"]

# In exec form: the server is process 1 and gets SIGTERM itself.
ENTRYPOINT ["ugatit"]
CMD ["serve"]
