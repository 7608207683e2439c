// SPDX-License-Identifier: MIT
// Our own recordings as data of a backtest.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "app/backtest_report.hpp"
#include "app/commands.hpp"
#include "app/run_setup.hpp"
#include "sniperforge/recording/market.hpp"

namespace sniperforge::app {

struct BacktestRecording {
    std::string path, name;
    std::string sha256;
    recording::MarketSurvey survey;
    config::Settings settings;
    bool has_own_settings = true;  // Those that it was recorded with.
};

// Which of the data is which.
struct BacktestData {
    std::vector<std::string> tapes;  // Files.
    std::vector<BacktestRecording> recordings;
};
// All recordings are read, with the settings of the arguments or else their own, and all that is
// wrong with them is said, before the first run.
[[nodiscard]] std::expected<BacktestData, NoRun> sort_data(const BacktestArguments& arguments);

}  // namespace sniperforge::app
