// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector;

/**
 * One store that holds personal data. Its abilities are the interfaces it implements besides this one.
 *
 * <p>All methods may be called at the same time from several threads. Every call ends before the deadline it is
 * given, or fails; a call that fails may be repeated as it was. Deadlines are real time, not legal time; one that has
 * passed fails with {@link ConnectorException.Category#TRY_AGAIN} before the store is asked.
 *
 * <p>A collection or field that the store does not have fails every call but {@link Describing#describe} with
 * {@link ConnectorException.Category#FIX_CONFIGURATION}: it never means that nothing was found.
 */
public interface Connector extends AutoCloseable {

    /**
     * Reports whether the store answers; called before a plan is made and by the health endpoint.
     *
     * @throws ConnectorException if it does not
     */
    void check() throws ConnectorException;

    /** Gives back every connection. Called once; calls after it fail with {@link IllegalStateException}. */
    @Override
    default void close() {}
}
