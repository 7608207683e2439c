// SPDX-License-Identifier: MIT
// Quotes from accounts' bytes, and pools renewed in place, against decoding and applying.
#include "sniperforge/dex/raw_accounts.hpp"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <type_traits>

#include "unit/dex/book_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

constexpr int kRounds = 20'000;

// A pool's accounts, and the config that the scan has at hand.
struct Accounts {
    TestPool names;
    TestAccount pool, vault_a, vault_b;
    Pubkey config_id = key_of(5);
    RaydiumCpmmConfig config;

    explicit Accounts(VenueId venue, Reserves reserves = {1'000'000, 2'000'000})
        : names{.venue = venue},
          pool{names.account()},
          vault_a{names.account_a(reserves.a)},
          vault_b{names.account_b(reserves.b)},
          config{*decode_cpmm_config(config_account(config_id).data)} {}

    [[nodiscard]] RawAccounts raw() const { return {pool.data, vault_a.data, vault_b.data}; }
};

// What is read must not depend on what stood there before.
std::optional<AmmV4Numbers> numbers_of(const Accounts& accounts,
                                       std::type_identity<RaydiumAmmV4Pool> /*venue*/) {
    AmmV4Numbers numbers{1, 2, 3, 4, 5, 6, 7, 8, true, true};
    return read_numbers(accounts.raw(), numbers) ? std::optional{numbers} : std::nullopt;
}
std::optional<CpmmNumbers> numbers_of(const Accounts& accounts,
                                      std::type_identity<RaydiumCpmmPool> /*venue*/) {
    CpmmNumbers numbers{1, 2, true, true, true, true, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    return read_numbers(accounts.raw(), accounts.config_id, accounts.config, numbers)
               ? std::optional{numbers}
               : std::nullopt;
}

// The long way: what the book does with accounts that it sees for the first time.
template <typename P>
Result<P> decode_and_apply(const Accounts& accounts) {
    auto decoded = decode_pool(P::kVenue, accounts.names.id(), accounts.pool.data);
    if (!decoded) {
        return Err<Error>{decoded.error()};
    }
    auto pool = std::get<P>(decoded->state);
    // The vaults are those that the pool names, owned as it says: what a scan's caller has checked.
    // One that is refused leaves the pool as it was.
    AccountUpdate vault_a = accounts.vault_a.at(1);
    AccountUpdate vault_b = accounts.vault_b.at(1);
    vault_a.pubkey = pool.vault_a;
    vault_b.pubkey = pool.vault_b;
    vault_a.owner = pool.program_a;
    vault_b.owner = pool.program_b;
    (void)apply_account(pool, vault_a);
    (void)apply_account(pool, vault_b);
    if constexpr (std::is_same_v<P, RaydiumCpmmPool>) {
        if (pool.amm_config == accounts.config_id) {
            apply_config(pool, accounts.config);
        }
    }
    return pool;
}

bool is_same(const QuoteResult& a, const QuoteResult& b) {
    if (!a || !b) {
        return !a && !b && a.error() == b.error();
    }
    return a->amount_in == b->amount_in && a->amount_out == b->amount_out &&
           a->trade_fee == b->trade_fee && a->creator_fee == b->creator_fee &&
           a->is_creator_fee_on_output == b->is_creator_fee_on_output;
}

// True if both can be quoted.
template <typename P>
bool expect_same_both_ways(const Accounts& accounts, Rng& rng) {
    const auto expected = decode_and_apply<P>(accounts);
    const auto numbers = numbers_of(accounts, std::type_identity<P>{});
    EXPECT_EQ(numbers.has_value(), expected.has_value());
    if (!numbers || !expected) {
        return false;
    }
    using Numbers = std::remove_cvref_t<decltype(*numbers)>;
    EXPECT_EQ(*numbers, static_cast<const Numbers&>(*expected));
    bool is_quoted = false;
    for (const auto direction : {kAToB, kBToA}) {
        const TokenAmount amount{any_amount(rng)};
        const auto in = quote_exact_in(*numbers, direction, amount, kNow);
        EXPECT_TRUE(is_same(in, quote_exact_in(*expected, direction, amount, kNow)));
        EXPECT_TRUE(is_same(quote_exact_out(*numbers, direction, amount, kNow),
                            quote_exact_out(*expected, direction, amount, kNow)));
        is_quoted = is_quoted || in;
    }
    return is_quoted;
}

// Where the numbers stand, eight bytes each, and those of one byte.
struct Places {
    std::array<std::size_t, 8> words;
    std::array<std::size_t, 3> bytes;
};
constexpr Places kAmmV4Places{{32, 40, 176, 184, 192, 200, 224, 720}, {0, 33, 47}};
constexpr Places kCpmmPlaces{{341, 349, 357, 365, 373, 397, 405, 333}, {329, 389, 390}};

// Numbers of any size, and now and then a flaw in one of the accounts.
void spoil(Accounts& accounts, Rng& rng) {
    const bool is_cpmm = accounts.names.venue == VenueId::RaydiumCpmm;
    const Places& places = is_cpmm ? kCpmmPlaces : kAmmV4Places;
    for (const std::size_t offset : places.words) {
        if (rng.below(8) == 0) {
            const bool is_decimals = !is_cpmm && offset < 48;
            write_le(std::span{accounts.pool.data}, offset,
                     is_decimals ? rng.below(257) : any_amount(rng));
        }
    }
    for (const std::size_t offset : places.bytes) {
        if (rng.below(8) == 0) {
            accounts.pool.data[offset] = static_cast<std::uint8_t>(rng.below(9));
        }
    }
    const auto flaw = [&](Bytes& data) {
        switch (rng.below(12)) {
            case 0:
                data.resize(rng.below(data.size() + 1));
                break;
            case 1:
                data.resize(data.size() + rng.below(100));
                break;
            case 2:
                data[rng.below(data.size())] ^= 1U;
                break;
            case 3:
                data.clear();
                break;
            default:
                break;
        }
    };
    flaw(accounts.pool.data);
    flaw(accounts.vault_a.data);
    flaw(accounts.vault_b.data);
    if (rng.below(16) == 0) {
        accounts.config_id = key_of(6);
    }
}

template <typename P>
void expect_same_of_any_accounts(std::uint64_t seed) {
    Rng rng{seed};
    int quoted = 0;
    for (int round = 0; round < kRounds; ++round) {
        Accounts accounts{P::kVenue, {any_amount(rng), any_amount(rng)}};
        spoil(accounts, rng);
        quoted += expect_same_both_ways<P>(accounts, rng) ? 1 : 0;
    }
    EXPECT_GT(quoted, kRounds / 10);
    EXPECT_LT(quoted, kRounds * 9 / 10);
}

TEST(RawAccounts, QuoteAsDecodingAndApplyingThemDoes) {
    expect_same_of_any_accounts<RaydiumAmmV4Pool>(1);
    expect_same_of_any_accounts<RaydiumCpmmPool>(2);
}

template <typename P>
QuoteResult quote_raw(const Accounts& accounts) {
    const auto numbers = numbers_of(accounts, std::type_identity<P>{});
    if (!numbers) {
        return Err<QuoteError>{QuoteError::Unsupported};
    }
    return quote_exact_in(*numbers, kAToB, TokenAmount{10'000}, kNow);
}

template <typename P>
void expect_checks_of_vaults() {
    const auto refusal_of = [](auto&& change) {
        Accounts accounts{P::kVenue};
        change(accounts.vault_a.data, accounts.vault_b.data);
        const auto quote = quote_raw<P>(accounts);
        return quote ? std::optional<QuoteError>{} : quote.error();
    };
    const auto kIncomplete = QuoteError::PoolIncomplete;
    EXPECT_EQ(refusal_of([](Bytes&, Bytes&) {}), std::nullopt);
    EXPECT_EQ(refusal_of([](Bytes& a, Bytes&) { a.resize(164); }), kIncomplete);
    EXPECT_EQ(refusal_of([](Bytes&, Bytes& b) { b.resize(164); }), kIncomplete);
    EXPECT_EQ(refusal_of([](Bytes& a, Bytes&) { a.resize(170); }), std::nullopt);
    EXPECT_EQ(refusal_of([](Bytes& a, Bytes&) { a.assign(165, 0); }), kIncomplete);
    EXPECT_EQ(refusal_of([](Bytes&, Bytes& b) { b[108] = 2; }), std::nullopt);  // Frozen.
    // Of the mint every byte counts, of the owner none.
    for (std::size_t i = 0; i < 64; ++i) {
        const auto expected = i < 32 ? std::optional{kIncomplete} : std::nullopt;
        EXPECT_EQ(refusal_of([i](Bytes& a, Bytes&) { a[i] ^= 0x80U; }), expected) << i;
        EXPECT_EQ(refusal_of([i](Bytes&, Bytes& b) { b[i] ^= 0x01U; }), expected) << i;
    }
    EXPECT_EQ(refusal_of([](Bytes& a, Bytes& b) { a.swap(b); }), kIncomplete);
    // A closed one is known to hold nothing.
    EXPECT_EQ(refusal_of([](Bytes& a, Bytes&) { a.clear(); }), QuoteError::ExceedsReserve);
    EXPECT_EQ(refusal_of([](Bytes&, Bytes& b) { b.clear(); }), QuoteError::ExceedsReserve);
}

TEST(RawAccounts, AreNotQuotedByAVaultThatIsNotOne) {
    expect_checks_of_vaults<RaydiumAmmV4Pool>();
    expect_checks_of_vaults<RaydiumCpmmPool>();
}

TEST(RawAccounts, AreNoPoolWhereTheAccountDoesNotDecode) {
    Accounts amm{VenueId::RaydiumAmmV4};
    EXPECT_EQ(quote_raw<RaydiumAmmV4Pool>(amm)->amount_out.raw(), 19'752U);
    for (const std::size_t offset : {32U, 40U}) {
        Accounts spoilt{VenueId::RaydiumAmmV4};
        write_le(std::span{spoilt.pool.data}, offset, std::uint64_t{255});
        EXPECT_TRUE(numbers_of(spoilt, std::type_identity<RaydiumAmmV4Pool>{}));
        write_le(std::span{spoilt.pool.data}, offset, std::uint64_t{256});
        EXPECT_FALSE(numbers_of(spoilt, std::type_identity<RaydiumAmmV4Pool>{}));
    }
    amm.pool.data.pop_back();
    EXPECT_FALSE(numbers_of(amm, std::type_identity<RaydiumAmmV4Pool>{}));

    Accounts cpmm{VenueId::RaydiumCpmm};
    EXPECT_EQ(quote_raw<RaydiumCpmmPool>(cpmm)->amount_out.raw(), 19'752U);
    for (std::size_t i = 0; i < 8; ++i) {
        Accounts spoilt{VenueId::RaydiumCpmm};
        spoilt.pool.data[i] ^= 1U;
        EXPECT_FALSE(numbers_of(spoilt, std::type_identity<RaydiumCpmmPool>{}));
    }
    // The config of another pool says nothing of this one.
    cpmm.config_id = key_of(6);
    EXPECT_EQ(quote_raw<RaydiumCpmmPool>(cpmm).error(), QuoteError::PoolIncomplete);
    cpmm.pool.data.pop_back();
    EXPECT_FALSE(numbers_of(cpmm, std::type_identity<RaydiumCpmmPool>{}));
}

// A pool that is known, and a newer version of its account.
template <typename P>
void expect_renewed_as_decoded(std::uint64_t seed) {
    Rng rng{seed};
    int renewed = 0;
    for (int round = 0; round < kRounds; ++round) {
        const Accounts accounts{P::kVenue, {any_amount(rng), any_amount(rng)}};
        const auto known = *decode_and_apply<P>(accounts);
        Accounts next{P::kVenue};
        // Beyond the identity, which a flaw changes now and then, keys change as well.
        spoil(next, rng);
        if (next.pool.data.size() > 600 && rng.below(2) == 0) {
            next.pool.data[300 + rng.below(300)] ^= static_cast<std::uint8_t>(rng.below(256));
        }
        P pool = known;
        const auto is_renewed = renew(pool, next.pool.data);
        auto expected = decode_pool(P::kVenue, known.id, next.pool.data);
        ASSERT_EQ(is_renewed.has_value(), expected.has_value());
        if (!is_renewed) {
            EXPECT_EQ(is_renewed.error(), expected.error());
            EXPECT_EQ(pool, known);
            continue;
        }
        auto& decoded = std::get<P>(expected->state);
        EXPECT_EQ(*is_renewed, is_same_identity(known, decoded));
        if (*is_renewed) {
            carry_over(known, decoded);
            ++renewed;
        }
        EXPECT_EQ(pool, *is_renewed ? decoded : known);
    }
    EXPECT_GT(renewed, kRounds / 4);
    EXPECT_LT(renewed, kRounds * 19 / 20);
}

TEST(Renew, LeavesAPoolAsDecodingAndCarryingOverWould) {
    expect_renewed_as_decoded<RaydiumAmmV4Pool>(3);
    expect_renewed_as_decoded<RaydiumCpmmPool>(4);
}

// Below, pools without are passed over.
static_assert(requires(RaydiumAmmV4Pool& a, RaydiumCpmmPool& b) {
    renew(a, BytesView{});
    renew(b, BytesView{});
});

// Each byte of each key that names the pool.
TEST(Renew, LeavesAPoolAloneWhoseIdentityDiffers) {
    for (const auto venue : {VenueId::RaydiumAmmV4, VenueId::RaydiumCpmm}) {
        const Accounts accounts{venue};
        const auto pool = *decode_pool(venue, accounts.names.id(), accounts.pool.data);
        for (std::size_t i = 8; i < accounts.pool.data.size(); ++i) {
            const bool is_identity = venue == VenueId::RaydiumAmmV4
                                         ? i >= 336 && i < 464
                                         : i < 40 || (i >= 72 && i < 136) || (i >= 168 && i < 296);
            const bool is_decimals = venue == VenueId::RaydiumAmmV4 && i >= 32 && i < 48;
            Bytes other = accounts.pool.data;
            other[i] ^= 1U;
            std::visit(
                [&]<typename P>(const P& known) {
                    if constexpr (requires(P p) { renew(p, BytesView{other}); }) {
                        P renewed = known;
                        const auto is_renewed = renew(renewed, other);
                        EXPECT_EQ(is_renewed.has_value(),
                                  !is_decimals || i % 8 == 0);  // Above a byte: no pool.
                        EXPECT_TRUE(!is_renewed || *is_renewed != is_identity) << i;
                        EXPECT_TRUE(!is_identity || renewed == known) << i;
                    }
                },
                pool.state);
        }
    }
}

}  // namespace
}  // namespace sniperforge::dex
