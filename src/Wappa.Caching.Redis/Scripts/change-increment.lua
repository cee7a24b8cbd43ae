-- 15 digits on either side: their sum is exact in a double.
shown = ARGV[8]
if #shown > 15 then return false end
if value and value ~= 'null' then
  if #value > 15 or not find(value, '^%-?%d+$') then return false end
  number = value + shown
  shown = format('%.0f', number)
  ARGV[8] = shown
  bytes = bytes + #shown - #value
else
  number = tonumber(shown)
  bytes = bytes + 6 * #ARGV[7] + #shown + 4
end
