package dev.recourse.worker;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The rooms of the house: who may use whom, and what each room never touches. */
@AnalyzeClasses(
        packages = "dev.recourse",
        importOptions = {DoNotIncludeTests.class, RoomsTest.NoFixtures.class})
final class RoomsTest {
    private static final String DB = "dev.recourse.db..";
    private static final String ACTIVITIES = "dev.recourse.activities..";
    private static final String WORKFLOWS = "dev.recourse.workflows..";
    private static final String WORKER = "dev.recourse.worker..";

    private static final String[] HTTP = {
        "com.sun.net.httpserver..",
        "io.javalin..",
        "io.modelcontextprotocol..",
        "jakarta.servlet..",
        "java.net.http..",
        "okhttp3.."
    };
    private static final String[] SERVERS = {
        "com.sun.net.httpserver..",
        "io.javalin..",
        "io.modelcontextprotocol.server..",
        "io.temporal.serviceclient..",
        "io.temporal.testing..",
        "io.temporal.testserver..",
        "io.temporal.internal.testservice..",
        "io.temporal.worker..",
        "io.temporal.envconfig..",
        "jakarta.servlet.."
    };
    private static final String[] SQL = {
        "com.zaxxer.hikari..", "java.sql..", "javax.sql..", "org.flywaydb..", "org.jdbi..", "org.postgresql.."
    };

    @ArchTest
    static final ArchRule dependencies_run_one_way = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("db")
            .definedBy(DB)
            .layer("activities")
            .definedBy(ACTIVITIES)
            .layer("workflows")
            .definedBy(WORKFLOWS)
            .layer("worker")
            .definedBy(WORKER)
            .whereLayer("db")
            .mayOnlyBeAccessedByLayers("activities", "worker")
            .whereLayer("activities")
            .mayOnlyBeAccessedByLayers("workflows", "worker")
            .whereLayer("workflows")
            .mayOnlyBeAccessedByLayers("worker")
            .whereLayer("worker")
            .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule db_knows_neither_temporal_nor_json_schema = never(DB, "io.temporal..", "com.networknt..");

    @ArchTest
    static final ArchRule db_speaks_no_http = never(DB, HTTP);

    @ArchTest
    static final ArchRule activities_know_no_workflow_api = never(ACTIVITIES, "io.temporal.workflow..");

    @ArchTest
    static final ArchRule activities_open_no_server = never(ACTIVITIES, SERVERS);

    @ArchTest
    static final ArchRule workflows_write_no_sql = never(WORKFLOWS, SQL);

    @ArchTest
    static final ArchRule workflows_do_no_input_or_output = noClasses()
            .that()
            .resideInAPackage(WORKFLOWS)
            .should()
            .dependOnClassesThat(inputOrOutput())
            .because("a workflow is replayed: what touches the world is an activity");

    @ArchTest
    static final ArchRule workflows_ask_temporal_for_time_and_chance = noClasses()
            .that()
            .resideInAPackage(WORKFLOWS)
            .should()
            .accessTargetWhere(target(timeOrChance()))
            .because("a replay must see the same time and the same random values");

    @ArchTest
    static final ArchRule worker_writes_no_sql = never(WORKER, SQL);

    @ArchTest
    static final ArchRule jdbi_stays_in_db = noClasses()
            .that()
            .resideOutsideOfPackage(DB)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.jdbi..");

    @ArchTest
    static final ArchRule only_the_worker_reads_the_environment = noClasses()
            .that()
            .resideOutsideOfPackage(WORKER)
            .should()
            .accessTargetWhere(target(theEnvironment()))
            .orShould()
            .dependOnClassesThat()
            .resideInAPackage("io.temporal.envconfig..");

    @ArchTest
    static final ArchRule nobody_waits_on_the_common_pool = noClasses()
            .should()
            .callMethod(CompletableFuture.class, "supplyAsync", Supplier.class)
            .orShould()
            .callMethod(CompletableFuture.class, "runAsync", Runnable.class)
            .because("the embedded Temporal starts child workflows there, and on two cores it is a single thread");

    private static ArchRule never(String room, String... packages) {
        return noClasses()
                .that()
                .resideInAPackage(room)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages);
    }

    /** Exceptions, markers and addresses are only names; streams, files and sockets are not. */
    private static DescribedPredicate<JavaClass> inputOrOutput() {
        Set<String> names =
                Set.of("java.io.IOException", "java.io.Serializable", "java.io.UncheckedIOException", "java.net.URI");
        return resideInAnyPackage("java.io..", "java.nio.channels..", "java.nio.file..", "java.net..", "okhttp3..")
                .or(resideInAnyPackage(SERVERS))
                .and(describe("aren't only names", type -> !names.contains(type.getName())))
                .as("do input or output");
    }

    private static DescribedPredicate<AccessTarget> timeOrChance() {
        Set<String> chance = Set.of(
                "java.security.SecureRandom",
                "java.util.Random",
                "java.util.SplittableRandom",
                "java.util.concurrent.ThreadLocalRandom");
        return describe("the machine's clock or its random numbers", target -> {
            String owner = target.getOwner().getName();
            return switch (target.getName()) {
                case "now" -> owner.startsWith("java.time.");
                case "currentTimeMillis", "nanoTime" -> owner.equals("java.lang.System");
                case "sleep" -> owner.equals("java.lang.Thread") || owner.equals("java.util.concurrent.TimeUnit");
                case "randomUUID" -> owner.equals("java.util.UUID");
                case "random" -> owner.equals("java.lang.Math");
                case "shuffle" -> owner.equals("java.util.Collections");
                default ->
                    owner.equals("java.time.Clock")
                            || owner.equals("java.util.Date")
                            || owner.startsWith("java.util.random.")
                            || owner.startsWith("com.github.f4b6a3.uuid.")
                            || chance.contains(owner);
            };
        });
    }

    private static DescribedPredicate<AccessTarget> theEnvironment() {
        return describe(
                "System.getenv",
                target -> target.getOwner().isEquivalentTo(System.class)
                        && target.getName().equals("getenv"));
    }

    /** The test fixtures of db come as a jar, where DoNotIncludeTests doesn't recognise them. */
    static final class NoFixtures implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }
}
