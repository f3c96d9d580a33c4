import { expect, test } from "vitest";
import { RetryBudget } from "./retry-budget.ts";

test("ten retries are saved up, and then it takes ten requests for each", () => {
  const budget = new RetryBudget();
  for (let retry = 0; retry < 10; retry++) expect(budget.spend()).toBe(true);
  expect(budget.spend()).toBe(false);
  for (let request = 0; request < 9; request++) budget.earn();
  expect(budget.spend()).toBe(false);
  budget.earn();
  expect(budget.spend()).toBe(true);
  for (let request = 0; request < 1000; request++) budget.earn();
  for (let retry = 0; retry < 10; retry++) expect(budget.spend()).toBe(true);
  expect(budget.spend()).toBe(false);
});
