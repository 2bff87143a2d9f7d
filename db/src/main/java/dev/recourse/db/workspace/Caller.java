package dev.recourse.db.workspace;

import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/** Stand-in until the real caller is here. */
public record Caller(UUID workspace, String principal, Set<String> permissions, Locale locale, String region) {}
