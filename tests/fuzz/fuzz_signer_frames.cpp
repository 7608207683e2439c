// SPDX-License-Identifier: MIT
// What comes over the socket to the process with the key: any bytes are no request, or one that can
// be written again as it was read and is answered with a signature over its whole message or with
// a reason. Answers likewise, at our end.
#include <algorithm>
#include <array>
#include <string>

#include "fuzz_target.hpp"
#include "signer/signer_wire.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/signer/policy_signer.hpp"

namespace sniperforge::signer {
namespace {

solana::Keypair frames_keypair(std::uint64_t number) {
    std::array<std::uint8_t, solana::kSeedSize> seed{};
    Rng{number}.fill(seed);
    auto made = solana::Keypair::from_seed(seed);
    SF_ASSERT(made.has_value());
    return std::move(*made);
}

[[nodiscard]] Bytes written(const Request& request) {
    Bytes out;
    bool is_within = true;
    if (const auto* order = std::get_if<OrderRequest>(&request)) {
        is_within = encode_request(out, *order, order->tables);
    } else if (const auto* withdrawal = std::get_if<WithdrawalRequest>(&request)) {
        is_within = encode_request(out, *withdrawal);
    } else if (const auto* upkeep = std::get_if<UpkeepRequest>(&request)) {
        is_within = encode_request(out, *upkeep);
    } else if (const auto* mints = std::get_if<MintsRequest>(&request)) {
        encode_mints(out, mints->mints);
    } else {
        encode_before(out, std::get<BeforeRequest>(request).before);
    }
    return is_within ? out : Bytes{};
}

void check_outcome(const Result<Signature, Refusal>& outcome, const Pubkey& wallet,
                   BytesView message) {
    if (outcome) {
        SF_ASSERT(solana::verify(wallet, message, *outcome));
    } else {
        SF_ASSERT(!outcome.error().reason.empty());
    }
}

// As serve_signatures does it. Mints are not derived: that costs some milliseconds for a frame.
void serve(const Request& request) {
    static const Pubkey cold = frames_keypair(2).public_key();
    PolicySigner signer{frames_keypair(1),
                        {.transaction_max = Lamports{1'000'000'000},
                         .hour_max = Lamports{2'000'000'000},
                         .day_max = Lamports{3'000'000'000},
                         .cold_address = cold}};
    const SigningTime now{MonoTime{1}, WallTime{1}};
    Bytes transaction;
    if (const auto* order = std::get_if<OrderRequest>(&request)) {
        check_outcome(signer.sign(transaction, order->message, order->policy, now, order->tables),
                      signer.wallet(), order->message);
    } else if (const auto* withdrawal = std::get_if<WithdrawalRequest>(&request)) {
        check_outcome(signer.sign(transaction, withdrawal->message, withdrawal->policy, now),
                      signer.wallet(), withdrawal->message);
    } else if (const auto* upkeep = std::get_if<UpkeepRequest>(&request)) {
        check_outcome(signer.sign(transaction, upkeep->message, upkeep->policy, now),
                      signer.wallet(), upkeep->message);
    } else if (const auto* before = std::get_if<BeforeRequest>(&request)) {
        signer.restore(before->before, now);
    }
}

void check_answer(BytesView input) {
    const auto answer = decode_answer(input);
    if (!answer) {
        return;
    }
    Bytes again;
    encode_answer(again, *answer);
    // A number below 255 is an instruction's: written and read it is the same one.
    SF_ASSERT(std::ranges::equal(again, input));
}

void check(BytesView input) {
    check_answer(input);
    const auto request = decode_request(input);
    if (!request) {
        SF_ASSERT(!request.error().text.empty());
        return;
    }
    const Bytes once = written(*request);
    if (once.empty()) {
        return;  // Nothing of ours sends a message or a table of that size.
    }
    const auto again = decode_request(once);
    SF_ASSERT(again.has_value() && written(*again) == once);
    serve(*request);
}

}  // namespace
}  // namespace sniperforge::signer

SF_FUZZ_TARGET {
    sniperforge::signer::check({data, size});
    return 0;
}
