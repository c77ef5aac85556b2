// @ts-check
/** The times until which one snoozes, in the reader's zone. */
import { fromWallTime, toWallTime } from "../../shared/times.js";

const HOUR = 3600;
const DAY = 86_400;
const MORNING = "09:00";
const EVENING = "18:00";
const LATE_EVENING = "21:00";
const MONDAY = 1;

/**
 * By the name of its words, in order; none is in the past.
 * @param {number} now Unix seconds @returns {[word: string, at: number][]}
 */
export function snoozeTimes(now) {
  const evening = [EVENING, LATE_EVENING].map((time) => onDay(now, 0, time)).find((at) => at > now + HOUR);
  return [
    ["inAnHour", now + HOUR],
    ...(evening ? [/** @type {[string, number]} */ (["tonight", evening])] : []),
    ["tomorrow", onDay(now, 1, MORNING)],
    ["monday", onDay(now, daysUntilMonday(now), MORNING)],
  ];
}

/** @param {number} now @param {number} days ahead @param {string} time of day */
function onDay(now, days, time) {
  const noon = fromWallTime(`${dayOf(now)}T12:00`);
  return fromWallTime(`${dayOf(noon + days * DAY)}T${time}`);
}

/** @param {number} now */
function daysUntilMonday(now) {
  const weekday = new Date(`${dayOf(now)}T12:00Z`).getUTCDay();
  return (MONDAY - weekday + 7) % 7 || 7;
}

/** @param {number} seconds */
const dayOf = (seconds) => toWallTime(seconds).slice(0, 10);
