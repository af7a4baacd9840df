# One pattern for every image of Habeas: the jars that `mvn package` left (./habeas build), the flags of the launcher, an AOT cache.
#
#   docker build --build-arg MODULE=request-service -t habeas/request-service .
#
# MODULE  folder of a service, or quickstart
# BASE    an image with a Java runtime, version 25
# AOT     yes or no: whether caches are trained, with the real services, while the image is built (x86_64 alone: the
#         embedded PostgreSQL that training needs is packed for no other). The caches are made once for all images.
ARG BASE=eclipse-temurin:25-jre

FROM ${BASE} AS base
RUN echo 'habeas:x:10001:10001:habeas:/var/lib/habeas:/usr/sbin/nologin' >> /etc/passwd \
    && echo 'habeas:x:10001:' >> /etc/group \
    && install -d -o 10001 -g 10001 -m 700 /habeas /var/lib/habeas /mailer \
        /folders/request /folders/verification /folders/fulfillment /folders/notification /folders/mailer \
    && install -d -o 10001 -g 10001 -m 755 /folders/postgres /folders/shop

# Everything beside each other, as in the source tree: a cache is good for one class path alone.
FROM base AS training
ARG AOT=yes
COPY request-service/target/request-service.jar /opt/habeas/request-service/target/
COPY request-service/target/lib /opt/habeas/request-service/target/lib
COPY identity-verification-service/target/identity-verification-service.jar /opt/habeas/identity-verification-service/target/
COPY identity-verification-service/target/lib /opt/habeas/identity-verification-service/target/lib
COPY fulfillment-service/target/fulfillment-service.jar /opt/habeas/fulfillment-service/target/
COPY fulfillment-service/target/lib /opt/habeas/fulfillment-service/target/lib
COPY notification-service/target/notification-service.jar /opt/habeas/notification-service/target/
COPY notification-service/target/lib /opt/habeas/notification-service/target/lib
COPY gateway/target/gateway.jar /opt/habeas/gateway/target/
COPY gateway/target/lib /opt/habeas/gateway/target/lib
COPY quickstart/target/quickstart.jar /opt/habeas/quickstart/target/
COPY quickstart/target/lib /opt/habeas/quickstart/target/lib
RUN chown 10001:10001 /opt/habeas
USER 10001:10001
RUN quickstart() { \
        java -Xmx384m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Duser.timezone=UTC \
            --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED \
            -cp '/opt/habeas/quickstart/target/quickstart.jar:/opt/habeas/quickstart/target/lib/*' \
            io.habeas.quickstart.Quickstart "$@" --root /opt/habeas --home /tmp/training --customers 42; \
    }; \
    if [ "$AOT" = yes ] && [ "$(uname -m)" = x86_64 ]; then quickstart aot; fi && quickstart arguments \
    && rm -rf /tmp/training

FROM base
ARG MODULE
# First the cache; the folder is there even if none was made. What is copied after another cache is copied anew: a builder
# that keeps layers takes files with the same bytes and another time for the same, and a JVM does not.
COPY --from=training /opt/habeas/aot/${MODULE}.ao[t] /opt/habeas/aot/
# the very jars that the cache was made with: a JVM compares their sizes and times
COPY --from=training /opt/habeas/${MODULE} /opt/habeas/${MODULE}
COPY --from=training /opt/habeas/run/${MODULE} /opt/habeas/arguments
USER 10001:10001
WORKDIR /var/lib/habeas
# Of services; docker-compose.yml says otherwise for the rest. The management port is open inside the container alone.
ENV HABEAS_HOME=/habeas HEALTH_PORT=9080
HEALTHCHECK --interval=10s --timeout=5s --start-period=300s --retries=6 \
    CMD curl -fsS -o /dev/null "http://127.0.0.1:${HEALTH_PORT}/actuator/health/readiness"
ENTRYPOINT ["java", "@/opt/habeas/arguments"]
