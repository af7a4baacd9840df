// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.problem;

import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Errors that end in the servlet container become problem documents instead of its HTML page. Made by Tomcat, by name. */
public final class ProblemReportValve extends ErrorReportValve {

    @Override
    protected void report(Request request, Response response, @Nullable Throwable throwable) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        AnswerHeaders.set(response.getResponse(), request.isSecure());
        try {
            Problem.ofStatus(status).writeTo(response.getResponse());
        } catch (IOException gone) {
            LoggerFactory.getLogger(ProblemReportValve.class)
                    .debug("caller went away before the problem was told", gone);
        }
    }
}
