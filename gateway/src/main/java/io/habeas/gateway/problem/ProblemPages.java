// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.problem;

import org.apache.catalina.core.StandardHost;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/** Tunes the container: own error reports, a limit on the number of headers, and no reading of bodies as forms. */
@Component
class ProblemPages implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

    private static final int MOST_HEADERS = 64;

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.addContextCustomizers(context ->
                ((StandardHost) context.getParent()).setErrorReportValveClass(ProblemReportValve.class.getName()));
        factory.addConnectorCustomizers(connector -> {
            connector.setProperty("maxHeaderCount", Integer.toString(MOST_HEADERS));
            connector.setParseBodyMethods("");
            connector.setAllowTrace(false);
        });
    }
}
