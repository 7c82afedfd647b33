/* SPDX-License-Identifier: Apache-2.0 */
/* test_voprf.c - the oblivious function against the test vectors of RFC 9497, appendix A.1, and against
 * elements, scalars and proofs that no honest peer sends. */
#include <sodium.h>

#include "lib/elig/digest/voprf.h"
#include "tests/support/test.h"

#define BATCH_MAX 2
#define SEED "a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3"
#define KEY_INFO "74657374206b6579"

/* RFC 9497, appendix A.1.1 (mode OPRF) and A.1.2 (mode VOPRF), suite ristretto255-SHA512; all in hexadecimal.
 */
static const struct vector {
    enum voprf_mode mode;
    size_t batch;
    const char *input[BATCH_MAX], *blind[BATCH_MAX], *blinded[BATCH_MAX], *evaluated[BATCH_MAX],
        *output[BATCH_MAX];
    const char *random, *proof;
} vectors[] = {
    {VOPRF_BASE,
     1,
     {"00"},
     {"64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706"},
     {"609a0ae68c15a3cf6903766461307e5c8bb2f95e7e6550e1ffa2dc99e412803c"},
     {"7ec6578ae5120958eb2db1745758ff379e77cb64fe77b0b2d8cc917ea0869c7e"},
     {"527759c3d9366f277d8c6020418d96bb393ba2afb20ff90df23fb7708264e2f3ab9135e3bd69955851de4b1f9fe8a097"
      "3396719b7912ba9ee8aa7d0b5e24bcf6"},
     "",
     ""},
    {VOPRF_BASE,
     1,
     {"5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"},
     {"64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706"},
     {"da27ef466870f5f15296299850aa088629945a17d1f5b7f5ff043f76b3c06418"},
     {"b4cbf5a4f1eeda5a63ce7b77c7d23f461db3fcab0dd28e4e17cecb5c90d02c25"},
     {"f4a74c9c592497375e796aa837e907b1a045d34306a749db9f34221f7e750cb4f2a6413a6bf6fa5e19ba6348eb673934"
      "a722a7ede2e7621306d18951e7cf2c73"},
     "",
     ""},
    {VOPRF_VERIFIABLE,
     1,
     {"00"},
     {"64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706"},
     {"863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945"},
     {"aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e"},
     {"b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7da4d8527693914139caee5bd03903af43"
      "a491351d23b430948dd50cde10d32b3c"},
     "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e",
     "ddef93772692e535d1a53903db24367355cc2cc78de93b3be5a8ffcc6985dd066d4346421d17bf5117a2a1ff0fcb2a75"
     "9f58a539dfbe857a40bce4cf49ec600d"},
    {VOPRF_VERIFIABLE,
     1,
     {"5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"},
     {"64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706"},
     {"cc0b2a350101881d8a4cba4c80241d74fb7dcbfde4a61fde2f91443c2bf9ef0c"},
     {"60a59a57208d48aca71e9e850d22674b611f752bed48b36f7a91b372bd7ad468"},
     {"8a9a2f3c7f085b65933594309041fc1898d42d0858e59f90814ae90571a6df60356f4610bf816f27afdd84f47719e480"
      "906d27ecd994985890e5f539e7ea74b6"},
     "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e",
     "401a0da6264f8cf45bb2f5264bc31e109155600babb3cd4e5af7d181a2c9dc0a67154fabf031fd936051dec80b0b6ae2"
     "9c9503493dde7393b722eafdf5a50b02"},
    {VOPRF_VERIFIABLE,
     2,
     {"00", "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"},
     {"64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706",
      "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e"},
     {"863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945",
      "90a0145ea9da29254c3a56be4fe185465ebb3bf2a1801f7124bbbadac751e654"},
     {"aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e",
      "cc5ac221950a49ceaa73c8db41b82c20372a4c8d63e5dded2db920b7eee36a2a"},
     {"b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7da4d8527693914139caee5bd03903af43"
      "a491351d23b430948dd50cde10d32b3c",
      "8a9a2f3c7f085b65933594309041fc1898d42d0858e59f90814ae90571a6df60356f4610bf816f27afdd84f47719e480"
      "906d27ecd994985890e5f539e7ea74b6"},
     "419c4f4f5052c53c45f3da494d2b67b220d02118e0857cdbcf037f9ea84bbe0c",
     "cc203910175d786927eeb44ea847328047892ddf8590e723c37205cb74600b0a5ab5337c8eb4ceae0494c2cf89529dcf"
     "94572ed267473d567aeed6ab873dee08"},
};

static const char *const keys[] = {
    [VOPRF_BASE] = "5ebcea5ee37023ccb9fc2d2019f9d7737be85591ae8652ffa9ef0f4d37063b0e",
    [VOPRF_VERIFIABLE] = "e6f73f344b79b379f1a0dd37e07ff62e38d9f71345ce62ae3a9bc60b04ccd909",
};
static const char public_key_text[] = "c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e";

static size_t unhex(const char *text, uint8_t *bytes, size_t room)
{
    size_t length;
    assert_int_equal(sodium_hex2bin(bytes, room, text, strlen(text), NULL, &length, NULL), 0);
    return length;
}

static void assert_hex(const uint8_t *bytes, size_t length, const char *expected)
{
    uint8_t wanted[64];
    assert_int_equal(unhex(expected, wanted, sizeof wanted), length);
    assert_memory_equal(bytes, wanted, length);
}

static int setup(void **state)
{
    return sodium_init() < 0 ? -1 : test_folder_make(state);
}

static void derive(enum voprf_mode mode, uint8_t key[ELIG_SCALAR_BYTES])
{
    uint8_t seed[VOPRF_SEED_BYTES], info[16];
    (void)unhex(SEED, seed, sizeof seed);
    const struct voprf_input key_info = {info, unhex(KEY_INFO, info, sizeof info)};
    assert_int_equal(voprf_derive_key(mode, seed, key_info, key), 0);
}

static void keys_are_derived_as_published(void **state)
{
    (void)state;
    uint8_t key[ELIG_SCALAR_BYTES], public_key[ELIG_ELEMENT_BYTES];
    derive(VOPRF_BASE, key);
    assert_hex(key, sizeof key, keys[VOPRF_BASE]);
    derive(VOPRF_VERIFIABLE, key);
    assert_hex(key, sizeof key, keys[VOPRF_VERIFIABLE]);
    assert_int_equal(voprf_public_key(key, public_key), 0);
    assert_hex(public_key, sizeof public_key, public_key_text);
}

/* One exchange of a test vector, both sides. */
struct exchange {
    size_t count;
    uint8_t key[ELIG_SCALAR_BYTES], public_key[ELIG_ELEMENT_BYTES];
    uint8_t blinded[BATCH_MAX][ELIG_ELEMENT_BYTES], evaluated[BATCH_MAX][ELIG_ELEMENT_BYTES];
    uint8_t proof[ELIG_PROOF_BYTES];
};

static bool is_proven(const struct exchange *exchange)
{
    return voprf_verify(exchange->public_key, (const uint8_t(*)[ELIG_ELEMENT_BYTES])exchange->blinded,
                        (const uint8_t(*)[ELIG_ELEMENT_BYTES])exchange->evaluated, exchange->count,
                        exchange->proof) == 0;
}

static void run_vector(const struct vector *vector, struct exchange *exchange)
{
    uint8_t input[32], blind[ELIG_SCALAR_BYTES], output[VOPRF_OUTPUT_BYTES], random[ELIG_SCALAR_BYTES];
    exchange->count = vector->batch;
    derive(vector->mode, exchange->key);
    assert_int_equal(voprf_public_key(exchange->key, exchange->public_key), 0);
    for (size_t i = 0; i < vector->batch; i++) {
        const struct voprf_input bytes = {input, unhex(vector->input[i], input, sizeof input)};
        (void)unhex(vector->blind[i], blind, sizeof blind);
        assert_int_equal(voprf_blind(vector->mode, bytes, blind, exchange->blinded[i]), 0);
        assert_hex(exchange->blinded[i], ELIG_ELEMENT_BYTES, vector->blinded[i]);
        assert_int_equal(voprf_evaluate(exchange->key, exchange->blinded[i], exchange->evaluated[i]), 0);
        assert_hex(exchange->evaluated[i], ELIG_ELEMENT_BYTES, vector->evaluated[i]);
        assert_int_equal(voprf_finalize(bytes, blind, exchange->evaluated[i], output), 0);
        assert_hex(output, sizeof output, vector->output[i]);
        memset(output, 0, sizeof output);
        assert_int_equal(voprf_output(vector->mode, exchange->key, bytes, output), 0);
        assert_hex(output, sizeof output, vector->output[i]);
    }
    if (vector->mode == VOPRF_BASE)
        return;
    (void)unhex(vector->random, random, sizeof random);
    assert_int_equal(voprf_prove(exchange->key, exchange->public_key,
                                 (const uint8_t(*)[ELIG_ELEMENT_BYTES])exchange->blinded,
                                 (const uint8_t(*)[ELIG_ELEMENT_BYTES])exchange->evaluated, exchange->count,
                                 random, exchange->proof),
                     0);
    assert_hex(exchange->proof, sizeof exchange->proof, vector->proof);
    assert_int_equal(is_proven(exchange), 1);
}

static void the_vectors_of_the_rfc_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(vectors); i++) {
        struct exchange exchange;
        run_vector(&vectors[i], &exchange);
    }
}

/* The last vector: a batch of two under one proof. */
static struct exchange batch_of_two(void)
{
    struct exchange exchange;
    const struct vector *vector = &vectors[LENGTH(vectors) - 1];
    assert_int_equal(vector->batch, 2);
    run_vector(vector, &exchange);
    return exchange;
}

static void any_changed_bit_of_an_exchange_is_refused(void **state)
{
    (void)state;
    struct exchange honest = batch_of_two();
    struct {
        uint8_t *bytes;
        size_t count;
    } fields[] = {
        {honest.proof, sizeof honest.proof},
        {honest.public_key, sizeof honest.public_key},
        {honest.blinded[0], sizeof honest.blinded},
        {honest.evaluated[0], sizeof honest.evaluated},
    };
    for (size_t field = 0; field < LENGTH(fields); field++)
        for (size_t bit = 0; bit < 8 * fields[field].count; bit += 5) {
            fields[field].bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
            assert_int_equal(is_proven(&honest), 0);
            fields[field].bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    assert_int_equal(is_proven(&honest), 1);
}

static void swap(uint8_t *a, uint8_t *b)
{
    uint8_t kept[ELIG_ELEMENT_BYTES];
    memcpy(kept, a, sizeof kept);
    memcpy(a, b, sizeof kept);
    memcpy(b, kept, sizeof kept);
}

static void swapped_elements_of_a_batch_are_refused(void **state)
{
    (void)state;
    struct exchange exchange = batch_of_two();
    swap(exchange.evaluated[0], exchange.evaluated[1]);
    assert_int_equal(is_proven(&exchange), 0);
    swap(exchange.blinded[0], exchange.blinded[1]); /* both: what was proven was an order */
    assert_int_equal(is_proven(&exchange), 0);
    swap(exchange.evaluated[0], exchange.evaluated[1]);
    swap(exchange.blinded[0], exchange.blinded[1]);
    assert_int_equal(is_proven(&exchange), 1);
    exchange.count = 1;
    assert_int_equal(is_proven(&exchange), 0);
    exchange.count = 0;
    assert_int_equal(is_proven(&exchange), 0);
}

/* A service with another key can prove its evaluation, but not against the pinned public key. */
static void another_key_is_refused(void **state)
{
    (void)state;
    struct exchange exchange = batch_of_two();
    uint8_t key[ELIG_SCALAR_BYTES], public_key[ELIG_ELEMENT_BYTES], random[ELIG_SCALAR_BYTES];
    crypto_core_ristretto255_scalar_random(key);
    crypto_core_ristretto255_scalar_random(random);
    assert_int_equal(voprf_public_key(key, public_key), 0);
    for (size_t i = 0; i < exchange.count; i++)
        assert_int_equal(voprf_evaluate(key, exchange.blinded[i], exchange.evaluated[i]), 0);
    for (int claims_pinned = 0; claims_pinned <= 1; claims_pinned++) {
        assert_int_equal(voprf_prove(key, claims_pinned ? exchange.public_key : public_key,
                                     (const uint8_t(*)[ELIG_ELEMENT_BYTES])exchange.blinded,
                                     (const uint8_t(*)[ELIG_ELEMENT_BYTES])exchange.evaluated, exchange.count,
                                     random, exchange.proof),
                         0);
        assert_int_equal(is_proven(&exchange), 0);
    }
}

/* RFC 9496, appendix A.3: encodings that are no elements, one or more of each sort there. */
static void malformed_elements_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "0000000000000000000000000000000000000000000000000000000000000000", /* the identity */
        "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", /* not below the field's order */
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", /* zero, otherwise written */
        "0100000000000000000000000000000000000000000000000000000000000000", /* negative */
        "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371", /* no square */
        "4eac077a713c57b4f4397629a4145982c661f48044dd3f96427d40b147d9742f",
        "3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e", /* negative x y */
        "a45fdc55c76448c049a1ab33f17023edfb2be3581e9c7aade8a6125215e04220",
        "47cfc5497c53dc8e61c91d17fd626ffb1c49e2bca94eed052281b510b1117a24",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", /* y is zero */
    };
    struct exchange honest = batch_of_two();
    uint8_t blind[ELIG_SCALAR_BYTES], output[VOPRF_OUTPUT_BYTES], evaluated[ELIG_ELEMENT_BYTES];
    const struct voprf_input input = {(const uint8_t *)"x", 1};
    crypto_core_ristretto255_scalar_random(blind);
    for (size_t i = 0; i < LENGTH(bad); i++) {
        struct exchange exchange = honest;
        uint8_t element[ELIG_ELEMENT_BYTES];
        assert_int_equal(unhex(bad[i], element, sizeof element), sizeof element);
        assert_int_equal(voprf_element_is_valid(element), 0);
        assert_int_equal(voprf_evaluate(honest.key, element, evaluated), ELIG_E_ELEMENT);
        assert_int_equal(voprf_finalize(input, blind, element, output), ELIG_E_ELEMENT);
        memcpy(exchange.evaluated[1], element, sizeof element);
        assert_int_equal(is_proven(&exchange), 0);
        exchange = honest;
        memcpy(exchange.blinded[0], element, sizeof element);
        assert_int_equal(is_proven(&exchange), 0);
        exchange = honest;
        memcpy(exchange.public_key, element, sizeof element);
        assert_int_equal(is_proven(&exchange), 0);
    }
    /* any element with the highest bit set, which libsodium passes over */
    assert_int_equal(voprf_element_is_valid(honest.public_key), 1);
    uint8_t twice_spelled[ELIG_ELEMENT_BYTES];
    memcpy(twice_spelled, honest.public_key, sizeof twice_spelled);
    twice_spelled[ELIG_ELEMENT_BYTES - 1] |= 0x80;
    assert_int_equal(voprf_element_is_valid(twice_spelled), 0);
    assert_int_equal(voprf_evaluate(honest.key, twice_spelled, evaluated), ELIG_E_ELEMENT);
    assert_int_equal(voprf_finalize(input, blind, twice_spelled, output), ELIG_E_ELEMENT);
}

/* The same scalar with the group's order added: libsodium would take it, and a proof would have two spellings.
 */
static void scalars_that_are_not_reduced_are_refused(void **state)
{
    (void)state;
    static const uint8_t order[ELIG_SCALAR_BYTES] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,       0xd6,
                                                     0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10};
    struct exchange honest = batch_of_two();
    for (size_t half = 0; half < 2; half++) {
        struct exchange exchange = honest;
        uint8_t *scalar = exchange.proof + half * ELIG_SCALAR_BYTES;
        sodium_add(scalar, order, sizeof order);
        assert_int_equal(is_proven(&exchange), 0);
        exchange = honest;
        exchange.proof[half * ELIG_SCALAR_BYTES + 31] |=
            0x80; /* a bit that scalar multiplication passes over */
        assert_int_equal(is_proven(&exchange), 0);
        memcpy(exchange.proof + half * ELIG_SCALAR_BYTES, order, sizeof order);
        assert_int_equal(is_proven(&exchange), 0);
        memset(exchange.proof + half * ELIG_SCALAR_BYTES, 0, ELIG_SCALAR_BYTES);
        assert_int_equal(is_proven(&exchange), 0);
    }
}

static void a_blind_of_zero_is_refused(void **state)
{
    (void)state;
    static const uint8_t zero[ELIG_SCALAR_BYTES];
    const struct voprf_input input = {(const uint8_t *)"x", 1};
    struct exchange exchange = batch_of_two();
    uint8_t blinded[ELIG_ELEMENT_BYTES], output[VOPRF_OUTPUT_BYTES];
    assert_int_equal(voprf_blind(VOPRF_VERIFIABLE, input, zero, blinded), ELIG_E_ARGUMENT);
    assert_int_equal(voprf_finalize(input, zero, exchange.evaluated[0], output), ELIG_E_ELEMENT);
    assert_int_equal(voprf_evaluate(zero, exchange.blinded[0], blinded), ELIG_E_ELEMENT);
}

/* Of any size a proof covers, with any blinds: what the client gets is what the server would make itself. */
static void client_and_server_agree(void **state)
{
    (void)state;
    static uint8_t blinded[ELIG_BLIND_MAX + 1][ELIG_ELEMENT_BYTES],
        evaluated[ELIG_BLIND_MAX + 1][ELIG_ELEMENT_BYTES];
    static uint8_t blinds[ELIG_BLIND_MAX + 1][ELIG_SCALAR_BYTES];
    static const size_t counts[] = {1, 2, 31, ELIG_BLIND_MAX, ELIG_BLIND_MAX + 1};
    uint8_t key[ELIG_SCALAR_BYTES], public_key[ELIG_ELEMENT_BYTES], random[ELIG_SCALAR_BYTES];
    uint8_t proof[ELIG_PROOF_BYTES], direct[VOPRF_OUTPUT_BYTES], unblinded[VOPRF_OUTPUT_BYTES];
    crypto_core_ristretto255_scalar_random(key);
    assert_int_equal(voprf_public_key(key, public_key), 0);
    for (size_t i = 0; i < LENGTH(counts); i++) {
        for (size_t j = 0; j < counts[i]; j++) {
            const struct voprf_input input = {(const uint8_t *)&j, sizeof j};
            crypto_core_ristretto255_scalar_random(blinds[j]);
            assert_int_equal(voprf_blind(VOPRF_VERIFIABLE, input, blinds[j], blinded[j]), 0);
            assert_int_equal(voprf_evaluate(key, blinded[j], evaluated[j]), 0);
        }
        crypto_core_ristretto255_scalar_random(random);
        int fits = counts[i] <= ELIG_BLIND_MAX;
        assert_int_equal(voprf_prove(key, public_key, (const uint8_t(*)[ELIG_ELEMENT_BYTES])blinded,
                                     (const uint8_t(*)[ELIG_ELEMENT_BYTES])evaluated, counts[i], random, proof),
                         fits ? 0 : ELIG_E_ELEMENT);
        assert_int_equal(voprf_verify(public_key, (const uint8_t(*)[ELIG_ELEMENT_BYTES])blinded,
                                      (const uint8_t(*)[ELIG_ELEMENT_BYTES])evaluated, counts[i], proof),
                         fits ? 0 : ELIG_E_PROOF);
        for (size_t j = 0; j < counts[i]; j += 17) {
            const struct voprf_input input = {(const uint8_t *)&j, sizeof j};
            assert_int_equal(voprf_finalize(input, blinds[j], evaluated[j], unblinded), 0);
            assert_int_equal(voprf_output(VOPRF_VERIFIABLE, key, input, direct), 0);
            assert_memory_equal(direct, unblinded, sizeof direct);
        }
    }
}

static void long_and_empty_inputs_work(void **state)
{
    (void)state;
    static uint8_t bytes[VOPRF_INPUT_MAX];
    static const size_t lengths[] = {0, 1, 127, 128, 129, 8192, VOPRF_INPUT_MAX};
    uint8_t key[ELIG_SCALAR_BYTES], blind[ELIG_SCALAR_BYTES], blinded[ELIG_ELEMENT_BYTES];
    uint8_t evaluated[ELIG_ELEMENT_BYTES], direct[VOPRF_OUTPUT_BYTES], unblinded[VOPRF_OUTPUT_BYTES];
    derive(VOPRF_VERIFIABLE, key);
    for (size_t i = 0; i < LENGTH(lengths); i++) {
        const struct voprf_input input = {bytes, lengths[i]};
        crypto_core_ristretto255_scalar_random(blind);
        assert_int_equal(voprf_blind(VOPRF_VERIFIABLE, input, blind, blinded), 0);
        assert_int_equal(voprf_evaluate(key, blinded, evaluated), 0);
        assert_int_equal(voprf_finalize(input, blind, evaluated, unblinded), 0);
        assert_int_equal(voprf_output(VOPRF_VERIFIABLE, key, input, direct), 0);
        assert_memory_equal(direct, unblinded, sizeof direct);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_derived_as_published),
        cmocka_unit_test(the_vectors_of_the_rfc_hold),
        cmocka_unit_test(any_changed_bit_of_an_exchange_is_refused),
        cmocka_unit_test(swapped_elements_of_a_batch_are_refused),
        cmocka_unit_test(another_key_is_refused),
        cmocka_unit_test(malformed_elements_are_refused),
        cmocka_unit_test(scalars_that_are_not_reduced_are_refused),
        cmocka_unit_test(a_blind_of_zero_is_refused),
        cmocka_unit_test(client_and_server_agree),
        cmocka_unit_test(long_and_empty_inputs_work),
    };
    return cmocka_run_group_tests_name("voprf", tests, setup, test_folder_remove);
}
