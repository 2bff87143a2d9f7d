package dev.recourse.activities.call;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.ToolFailure;
import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.DefaultDataConverter;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Who starts a workflow, in which workspace, for which agent session; it travels signed in the header of everything the
 * workflow does, and holds for that workflow alone.
 *
 * <p>It says who calls, never what they may: permissions are looked up in the database.
 *
 * @param workspace id or slug
 * @param principal {@code user:<handle>} or {@code key:<public id>}
 * @param source how the call came in: {@code cli}, {@code api}, {@code agent}, {@code ui} or {@code webhook}
 */
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Identity(
        String workspace,
        String principal,
        String source,
        @Nullable UUID agentSessionId,
        @Nullable String sessionId) {

    /** An agent acts in a session: its rows could not be written without one. */
    public Identity {
        if (source.equals("agent") && agentSessionId == null) {
            throw new IllegalArgumentException("the identity of an agent needs its session");
        }
    }

    /** The header it travels in. */
    public static final String HEADER = "recourse-identity";

    /** The key that signs identities and checks them; clients and workers of one installation share it. */
    public static final class Key {

        private static final String MAC = "HmacSHA256";
        private static final int SHORTEST = 32;

        private final SecretKeySpec secret;

        /**
         * @param secret at least 32 bytes
         * @throws IllegalArgumentException if it is shorter
         */
        public Key(byte[] secret) {
            if (secret.length < SHORTEST) {
                throw new IllegalArgumentException("the identity key needs at least " + SHORTEST + " bytes");
            }
            this.secret = new SecretKeySpec(secret, MAC);
        }

        /** The header of a workflow that this identity starts. */
        public Payload sign(Identity identity, String workflowId) {
            String claims = base64(Json.canonical(Json.tree(identity)));
            String signed = claims + "." + base64(mac(claims, workflowId));
            return DefaultDataConverter.STANDARD_INSTANCE.toPayload(signed).orElseThrow();
        }

        /** The identity in a header, or empty if we did not sign it for this workflow. */
        Optional<Identity> check(Payload header, String workflowId) {
            try {
                String[] parts =
                        Json.read(header.getData().toByteArray()).asText().split("\\.", -1);
                return parts.length == 2 ? check(parts[0], parts[1], workflowId) : Optional.empty();
            } catch (ToolFailure | IllegalArgumentException garbage) {
                return Optional.empty();
            }
        }

        private Optional<Identity> check(String claims, String signature, String workflowId) {
            byte[] given = Base64.getUrlDecoder().decode(signature);
            return MessageDigest.isEqual(given, mac(claims, workflowId))
                    ? Optional.of(Json.bind(Json.read(Base64.getUrlDecoder().decode(claims)), Identity.class))
                    : Optional.empty();
        }

        /**
         * The same identity for a child of the workflow it was signed for.
         *
         * @return the header itself if it is not ours: what was not believed here is not believed there
         */
        public Payload passOn(Payload header, String workflowId, String childId) {
            return check(header, workflowId)
                    .map(identity -> sign(identity, childId))
                    .orElse(header);
        }

        private byte[] mac(String claims, String workflowId) {
            try {
                Mac mac = Mac.getInstance(MAC);
                mac.init(secret);
                mac.update(claims.getBytes(StandardCharsets.US_ASCII));
                mac.update((byte) 0);
                return mac.doFinal(workflowId.getBytes(StandardCharsets.UTF_8));
            } catch (GeneralSecurityException missing) {
                throw new IllegalStateException(missing); // every JDK has it
            }
        }

        private static String base64(byte[] bytes) {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        }
    }
}
