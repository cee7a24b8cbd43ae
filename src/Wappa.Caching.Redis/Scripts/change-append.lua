local field, item = ARGV[7], ARGV[8]
number, last = 1, 8
if not value or value == 'null' then
  ARGV[8] = '[' .. item .. ']'
  bytes = bytes + 6 * #field + #ARGV[8] + 4
elseif byte(value) ~= 91 then
  return false
else
  ARGV[8], number = append(
    value, known_length(meta, field, value) or length_of(value), item, tonumber(ARGV[9]))
  bytes = bytes + #ARGV[8] - #value
end
note = note_of(field, ARGV[8], number)
shown = number
