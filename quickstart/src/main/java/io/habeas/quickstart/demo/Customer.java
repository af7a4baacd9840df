// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.demo;

/** One customer of the sample shop: an invented person. */
record Customer(long id, String name, String email) {

    @Override
    public String toString() {
        return "Customer[" + id + ']';
    }
}
