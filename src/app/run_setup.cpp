// SPDX-License-Identifier: MIT
#include "app/run_setup.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "app/admin_token.hpp"
#include "app/endpoints.hpp"
#include "app/genesis.hpp"
#include "app/operator_line.hpp"
#include "app/signals.hpp"
#include "sniperforge/config/load.hpp"
#include "sniperforge/signer/withdrawal.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {
namespace {

// A network that comes up with the machine needs a moment.
constexpr Duration kChainPatience = std::chrono::seconds{20};

[[nodiscard]] Result<void> check_signing_settings(const config::Settings& settings) {
    if (settings.network.endpoints.empty()) {
        return fail("network.endpoints: is empty; live mode has no nodes of its own, name yours");
    }
    if (settings.wallet.keypair_file.empty()) {
        return fail(
            "wallet.keypair_file: is empty; make one with `sniperforge wallet new`, fund "
            "its address and name the file");
    }
    if (settings.wallet.cold_address) {
        if (auto cold = signer::check_cold_address(*settings.wallet.cold_address); !cold) {
            return fail("wallet.cold_address", cold.error());
        }
    }
    return {};
}

}  // namespace

std::expected<config::Settings, NoRun> load_settings(const std::string& path) {
    config::Settings settings;
    if (!path.empty()) {
        auto loaded = config::load_file(path);
        if (!loaded) {
            return Err{NoRun{kExitUsage, loaded.error().text()}};
        }
        settings = std::move(*loaded);
    }
    if (auto resolved = config::resolve_secrets(settings); !resolved) {
        return Err{NoRun{kExitUsage, resolved.error().text}};
    }
    return settings;
}

std::expected<config::Settings, NoRun> load_signing_settings(const std::string& path) {
    auto settings = load_settings(path);
    if (!settings) {
        return settings;
    }
    if (auto checked = check_signing_settings(*settings); !checked) {
        return Err{NoRun{kExitUsage, fmt::format("{}: {}", path, checked.error().text)}};
    }
    return settings;
}

std::expected<RunSetup, NoRun> set_up_run(const RunArguments& arguments,
                                          config::Settings settings) {
    auto state_dir = state_dir_of(arguments.state_dir, arguments.mode);
    if (!state_dir) {
        return Err{NoRun{kExitUsage, state_dir.error().text}};
    }
    auto lock = open_state_dir(*state_dir);
    if (!lock) {
        return Err{NoRun{kExitNotReady, lock.error().text}};
    }
    // Another start would read the same. That the address is taken may pass.
    if (!settings.ops.listen.empty() && !arguments.is_virtual_time) {
        if (auto tokens = admin_tokens(settings.ops, *state_dir); !tokens) {
            return Err{NoRun{kExitUsage, tokens.error().text}};
        }
    }
    RunSetup setup;
    setup.state_lock = std::move(*lock);
    if (!arguments.config.empty()) {
        std::error_code error;
        const auto path = std::filesystem::absolute(arguments.config, error);
        setup.options.config_path = error ? arguments.config : path.string();
    }
    setup.options.settings_loaded = settings;
    setup.options.settings = std::move(settings);
    setup.options.state_dir = std::move(*state_dir);
    setup.options.record_to = arguments.record_to;
    setup.options.is_shortfall_accepted = arguments.is_shortfall_accepted;
    setup.options.is_drawdown_accepted = arguments.is_drawdown_accepted;
    setup.options.is_ladder_restarted = arguments.is_ladder_restarted;
    setup.options.is_adopted_sold = arguments.is_adopted_sold;
    setup.options.duration = std::chrono::seconds{arguments.duration_s};
    setup.options.is_stop_requested = is_stop_signalled;
    auto manager = std::make_unique<ops::ServiceManager>();
    if (manager->is_there() && !arguments.is_virtual_time) {
        // It shows where the run is; a log of such lines says no more.
        setup.manager = std::move(manager);
        setup.options.manager = setup.manager.get();
    } else {
        setup.options.progress = [](const std::string& line) { tell_operator(line); };
    }
    return setup;
}

std::expected<bool, NoRun> reads_mainnet(const config::Settings& settings) {
    const auto chain = read_chain(endpoints_of(settings.network), settings.network.request_timeout,
                                  kChainPatience);
    if (!chain) {
        return Err{NoRun{kExitNotReady, chain.error().text}};
    }
    if (is_mainnet(chain->genesis) && settings.feed.pools.empty()) {
        return Err{NoRun{kExitUsage,
                         "feed.pools: is empty, and mainnet has too many pools for a node to list; "
                         "name those to watch, deep SOL/USDC pools for the SOL price among them"}};
    }
    return is_mainnet(chain->genesis);
}

std::expected<void, NoRun> start_process(const config::LoggingSettings& logging) {
    const auto level = telemetry::parse_level(logging.level).value_or(telemetry::Level::Info);
    if (auto started = telemetry::start_logging(level, logging.file); !started) {
        return Err{NoRun{kExitUsage, started.error().text}};
    }
    install_signal_handlers();
    return {};
}

}  // namespace sniperforge::app
