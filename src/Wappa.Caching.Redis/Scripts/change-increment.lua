-- 15 digits on either side: their sum is exact in a double.
number = ARGV[8]
if #number > 15 then return false end
if value and value ~= 'null' then
  if #value > 15 or not find(value, '^%-?%d+$') then return false end
  number = value + number
  ARGV[8] = string.format('%.0f', number)
  bytes = bytes + #ARGV[8] - #value
else
  number = tonumber(number)
  bytes = bytes + 6 * #ARGV[7] + #ARGV[8] + 4
end
