/** What every service carries at its door: tokens checked, problems told, and legal time. */
@NullMarked
package io.habeas.service;

import org.jspecify.annotations.NullMarked;
