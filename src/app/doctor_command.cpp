// SPDX-License-Identifier: MIT
// `doctor`: is this machine, and are these nodes, fit for real money? Reads only: it signs nothing,
// sends nothing, and needs no key, only the wallet's address.
#include <fmt/format.h>

#include <algorithm>

#include "app/commands.hpp"
#include "app/doctor.hpp"
#include "app/state_dir.hpp"
#include "app/wallet_file.hpp"
#include "app/wallet_lock.hpp"
#include "sniperforge/config/load.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {
namespace {

// The settings, each problem of the file a finding.
[[nodiscard]] config::Settings doctor_settings(const std::string& path, Findings& findings) {
    if (path.empty()) {
        findings.add({Verdict::Skip, "settings", "file",
                      "none is given: the defaults are looked at", "give it with --config"});
        return {};
    }
    auto settings = config::load_file(path);
    if (!settings) {
        for (const std::string& problem : settings.error().problems) {
            findings.add({Verdict::Fail, "settings", "file", problem});
        }
        return {};
    }
    findings.add({Verdict::Ok, "settings", "file", path});
    if (auto resolved = config::resolve_secrets(*settings); !resolved) {
        findings.add({Verdict::Fail, "settings", "secrets", resolved.error().text});
    }
    return std::move(*settings);
}

// Of the command line, or of the key file: no passphrase is asked for.
[[nodiscard]] std::optional<Pubkey> doctor_wallet(const config::Settings& settings,
                                                  const std::optional<Pubkey>& named,
                                                  Findings& findings) {
    if (named) {
        findings.add({Verdict::Ok, "wallet", "address", named->to_string() + ", of --wallet"});
        return named;
    }
    const std::string& path = settings.wallet.keypair_file;
    if (path.empty()) {
        findings.add({Verdict::Fail, "wallet", "address", "wallet.keypair_file: is empty",
                      "make one with `sniperforge wallet new --out FILE`, or give --wallet"});
        return std::nullopt;
    }
    const auto file = read_key_file(path);
    const auto address = file ? address_of(*file) : Result<Pubkey>{Err{file.error()}};
    if (!address) {
        findings.add(
            {Verdict::Fail, "wallet", "address", "wallet.keypair_file: " + address.error().text});
        return std::nullopt;
    }
    findings.add({Verdict::Ok, "wallet", "address",
                  fmt::format("{}, of {}, {}", address->to_string(), path,
                              file->is_sealed ? "which is sealed" : "which is not sealed")});
    return *address;
}

struct DoctorKeys {
    std::vector<Pubkey> pools;
    std::optional<Pubkey> wallet;
};
[[nodiscard]] Result<DoctorKeys> parse_keys(const DoctorArguments& arguments) {
    DoctorKeys keys;
    for (const std::string& text : arguments.pools) {
        const auto pool = Pubkey::parse(text);
        if (!pool) {
            return fail("--pool: " + pool.error().text);
        }
        keys.pools.push_back(*pool);
    }
    if (!arguments.wallet.empty()) {
        const auto wallet = Pubkey::parse(arguments.wallet);
        if (!wallet) {
            return fail("--wallet: " + wallet.error().text);
        }
        keys.wallet = *wallet;
    }
    return keys;
}

void check_wallet_lock(const Pubkey& wallet, Findings& findings) {
    const auto holder = holder_of(wallet);
    findings.add(holder ? Finding{Verdict::Warn, "wallet", "lock",
                                  *holder + " holds it: nothing else of this machine can trade "
                                            "with it",
                                  "`sniperforge status` says whether it is yours"}
                        : Finding{Verdict::Ok, "wallet", "lock",
                                  "no process of this machine trades with it"});
}

void look_at_chain(const DoctorArguments& arguments, const config::Settings& settings,
                   const DoctorKeys& keys, Findings& findings) {
    const auto reactor = net::make_asio_reactor();
    std::vector<Pubkey> pools = settings.feed.pools;
    for (const Pubkey& pool : keys.pools) {
        if (std::ranges::find(pools, pool) == pools.end()) {
            pools.push_back(pool);
        }
    }
    DoctorContext doctor{.reactor = *reactor,
                         .settings = settings,
                         .findings = findings,
                         .wallet = doctor_wallet(settings, keys.wallet, findings),
                         .pools = std::move(pools),
                         .patience = std::chrono::seconds{arguments.patience_s}};
    if (doctor.wallet) {
        check_wallet_lock(*doctor.wallet, findings);
    }
    check_nodes(doctor);
    if (doctor.pools.empty()) {
        findings.add(
            {doctor.is_on_mainnet ? Verdict::Fail : Verdict::Warn, "settings", "feed.pools",
             "is empty",
             "on mainnet it must name the pools to watch, deep SOL/USDC pools among them"});
    }
    check_sockets(doctor);
    check_money(doctor);
    check_pools(doctor);
}

}  // namespace

int doctor_command(const DoctorArguments& arguments) {
    const auto keys = parse_keys(arguments);
    if (!keys) {
        return fail_with(kExitUsage, keys.error().text);
    }
    if (arguments.is_live && arguments.config.empty()) {
        return fail_with(kExitUsage,
                         "doctor --live looks at the nodes of a settings file: give it with "
                         "--config");
    }
    if (!arguments.is_live && (!keys->pools.empty() || keys->wallet)) {
        return fail_with(kExitUsage,
                         "--pool and --wallet are looked at on a chain: add --live and --config");
    }
    const auto state_dir = state_dir_of(arguments.state_dir, "live");
    if (!state_dir) {
        return fail_with(kExitUsage, state_dir.error().text);
    }
    // What is avoided, and why, stands in the findings.
    if (auto started = telemetry::start_logging(telemetry::Level::Error, ""); !started) {
        return fail_with(kExitUsage, started.error().text);
    }
    Findings findings{arguments.is_json};
    const config::Settings settings = doctor_settings(arguments.config, findings);
    check_machine(settings, *state_dir, !arguments.config.empty(), findings);
    if (arguments.is_live) {
        look_at_chain(arguments, settings, *keys, findings);
    }
    findings.print_end(arguments.is_live);
    return findings.exit_code();
}

}  // namespace sniperforge::app
