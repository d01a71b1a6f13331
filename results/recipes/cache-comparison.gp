# Draws designs beside each other: who waits how long, when, and how many.
#
#   gnuplot -c results/recipes/cache-comparison.gp [FOLDER [PICTURE [DESIGN ...]]]
#
# FOLDER is what `tailrace compare … -o FOLDER` wrote, or holds a folder for each design that
# `tailrace run … --variant … -o` wrote (default results/cache-vs-no-cache). PICTURE ends in .png or
# .svg (default cache-comparison.png). Each DESIGN is a variant, up to six (default: all there are).
# Needs gnuplot 5.4 or later, awk and sed. `tailrace explain csv` says what the columns are.

folder = ARGC >= 1 ? ARG1 : "results/cache-vs-no-cache"
picture = ARGC >= 2 ? ARG2 : "cache-comparison.png"

# The rows of all designs, or of one: files of the folder, and of those in it, under one heading.
# The second column is the variant.
all(name) = sprintf("cat '%s'/%s '%s'/*/%s 2>/dev/null", folder, name, folder, name)
rows(name, design) = sprintf("< %s | awk -F, '$2 == \"variant\" { if (!heads++) print } $2 == \"%s\"'", \
  all(name.".csv"), design)

designs = ""
do for [i = 3:ARGC] { designs = designs." ".value(sprintf("ARG%d", i)) }
if (words(designs) == 0) {
  designs = system(all("latency_percentiles.csv").\
    " | awk -F, '$2 != \"variant\" && !seen[$2]++ { print $2 }'")
}
count = words(designs)
if (count == 0) {
  print sprintf("no latency_percentiles.csv in %s, nor in the folders in it", folder)
  exit status 1
}
if (count > 6) { count = 6 }
array TOTAL[count]
warm_up = 0 + system(all("manifest.json").\
  " | sed -n 's/.*\"warm_up_s\": \\([0-9.]*\\).*/\\1/p' | sort -n | tail -n 1")

if (strstrt(picture, ".svg") == strlen(picture) - 3) {
  set terminal svg size 1500, 520 font "Helvetica,15" background "white"
} else {
  set terminal pngcairo size 1500, 520 font "Helvetica,13"
}
set output picture

# The CSV files: names in the first row, empty cells are missing.
set datafile separator ","
set datafile columnheaders
set datafile missing NaN

# Requests in all, for the third picture; here, because stats heeds the ranges of axes.
do for [i = 1:count] {
  stats rows("latency_histogram", word(designs, i)) using "count" nooutput
  TOTAL[i] = STATS_sum
}

# Colours of Okabe and Ito, told apart by dashes too.
set linetype 1 linecolor rgb "#0072B2" linewidth 2.5 dashtype solid pointtype 7 pointsize 0.9
set linetype 2 linecolor rgb "#D55E00" linewidth 2.5 dashtype (12, 5) pointtype 4 pointsize 0.9
set linetype 3 linecolor rgb "#009E73" linewidth 2.5 dashtype (3, 3) pointtype 9 pointsize 0.9
set linetype 4 linecolor rgb "#CC79A7" linewidth 2.5 dashtype (12, 4, 3, 4) pointtype 6 pointsize 0.9
set linetype 5 linecolor rgb "#E69F00" linewidth 2.5 dashtype (20, 5) pointtype 5 pointsize 0.9
set linetype 6 linecolor rgb "#56B4E9" linewidth 2.5 dashtype (6, 3) pointtype 8 pointsize 0.9
set style line 9 linecolor rgb "#dddddd" linewidth 1

set border 3 linecolor rgb "#555555"
set tics nomirror textcolor rgb "#333333"
set grid linestyle 9
set key left top Left reverse noenhanced samplen 4
set title offset 0, 0.3 font ",16"
set multiplot layout 1, 3 margins 0.04, 0.985, 0.125, 0.895 spacing 0.062, 0.1

# 1. Percentiles on an axis of nines: x is 1/(1 - quantile). A point is a replication, a line their
# mean.
set title "Latency by percentile (ms)"
set logscale xy
set xrange [1.7:15000]
set xtics ("p50" 2, "p90" 10, "" 20, "p99" 100, "p99.9" 1000, "p99.99" 10000)
plot for [i = 1:count] rows("latency_percentiles", word(designs, i)) \
       using "inverse_tail":"latency_ms" smooth unique with lines linetype i \
       title word(designs, i), \
     for [i = 1:count] rows("latency_percentiles", word(designs, i)) \
       using "inverse_tail":"latency_ms" with points linetype i notitle

# 2. Latency over simulated time: p99 and, thinner, the median of each interval.
set title "Latency over time: p99 and, thinner, median (ms)"
unset logscale x
set autoscale x
set xtics auto
set xlabel "simulated seconds" offset 0, 0.4
unset key
middle(metric) = strcol("metric") eq metric ? column("time_s") + column("interval_s") / 2 : NaN
if (warm_up > 0) {
  set label 1 " warm-up" at 0, graph 0.97 left textcolor rgb "#777777"
  set object 1 rectangle from 0, graph 0 to warm_up, graph 1 behind fillcolor rgb "#f0f0f0" \
    fillstyle solid noborder
}
plot for [i = 1:count] rows("timeseries", word(designs, i)) \
       using (middle("latency_p99")):"value" with lines linetype i notitle, \
     for [i = 1:count] rows("timeseries", word(designs, i)) \
       using (middle("latency_p50")):"value" with lines linetype i linewidth 1.2 notitle
unset label
unset object

# 3. The histogram as the share of requests that take longer. Sums up to a bucket's upper bound are
# exact.
set title "Share of requests that take longer"
set key left bottom Left reverse noenhanced samplen 4
set logscale x
set yrange [1e-5:1.5]
set ytics ("100 %%" 1, "10 %%" 0.1, "1 %%" 0.01, "0.1 %%" 0.001, "0.01 %%" 1e-4, "0.001 %%" 1e-5)
set xlabel "ms" offset 0, 0.4
rest = 0
later(total) = (rest = (column(0) == 0 ? total : rest) - column("count"), \
  rest > 0 ? rest / total : NaN)
plot for [i = 1:count] rows("latency_histogram", word(designs, i)) \
       using "bucket_high_ms":(later(TOTAL[i])) with lines linetype i title word(designs, i)
unset multiplot
