// SPDX-License-Identifier: MIT
// What a signature costs with the key in this process, and with the key in one of its own that is
// locked down. The quantiles are of single calls, the clock included. One message of a withdrawal:
// what the check costs depends on the order, what the socket costs does not.
#include <benchmark/benchmark.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

#include "sniperforge/core/assert.hpp"
#include "sniperforge/signer/policy_signer.hpp"
#include "sniperforge/solana/compute_budget.hpp"
#include "sniperforge/solana/fees.hpp"
#include "sniperforge/solana/system_program.hpp"

namespace sniperforge::signer {
namespace {

[[nodiscard]] solana::Keypair keypair_of(std::uint8_t number) {
    std::array<std::uint8_t, solana::kSeedSize> seed{number};
    auto made = solana::Keypair::from_seed(seed);
    SF_ASSERT(made.has_value());
    return std::move(*made);
}

[[nodiscard]] SigningLimits limits() {
    return {Lamports::max(), Lamports::max(), Lamports::max(), keypair_of(2).public_key(),
            Lamports::max()};
}

[[nodiscard]] SigningTime bench_time() {
    return {MonoTime{std::chrono::steady_clock::now().time_since_epoch().count()}, WallTime{}};
}

// A child that signs until its socket is closed.
[[nodiscard]] RemoteSigner start_signer() {
    int fds[2] = {-1, -1};
    SF_ASSERT(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) == 0);
    const pid_t pid = ::fork();
    SF_ASSERT(pid >= 0);
    if (pid == 0) {
        ::close(fds[0]);
        PolicySigner signer{keypair_of(1), limits()};
        if (lock_down(fds[1])) {
            serve_signatures(fds[1], signer, bench_time);
        }
        ::_exit(0);
    }
    ::close(fds[1]);
    return {fds[0], keypair_of(1).public_key()};
}

void sign_with(benchmark::State& state, PolicySigner signer) {
    const Lamports lamports{5'000'000'000};
    const std::vector<solana::Instruction> instructions{
        solana::set_compute_unit_limit(ComputeUnits{1'000}),
        solana::set_compute_unit_price(ComputeUnitPrice{20'000}),
        solana::system_transfer({signer.wallet(), keypair_of(2).public_key(), lamports})};
    const auto message = solana::compile_message(signer.wallet(), instructions, Hash{});
    SF_ASSERT(message.has_value());
    const WithdrawalPolicy policy{{}, lamports, solana::base_fee(1) + Lamports{20}, {}};
    Bytes transaction;
    std::vector<std::int64_t> times;
    for (auto _ : state) {
        const auto begin = std::chrono::steady_clock::now();
        const auto signature = signer.sign(transaction, *message, policy, bench_time());
        SF_ASSERT(signature.has_value());
        times.push_back((std::chrono::steady_clock::now() - begin).count());
    }
    std::ranges::sort(times);
    const auto at = [&](double share) {
        return static_cast<double>(
            times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))]);
    };
    state.counters["p50_us"] = at(0.5) / 1e3;
    state.counters["p99_us"] = at(0.99) / 1e3;
    state.counters["p999_us"] = at(0.999) / 1e3;
}

void sign_in_process(benchmark::State& state) {
    sign_with(state, PolicySigner{keypair_of(1), limits()});
}
void sign_in_another_process(benchmark::State& state) {
    sign_with(state, PolicySigner{start_signer(), limits()});
}

BENCHMARK(sign_in_process)->Iterations(20'000);
BENCHMARK(sign_in_another_process)->Iterations(20'000);

}  // namespace
}  // namespace sniperforge::signer
