# Draws a service with a cache beside the same without: who waits how long, when, and how many.
#
#   gnuplot -c results/recipes/cache-comparison.gp [FOLDER [PICTURE]]
#
# FOLDER holds the folders cache and no-cache that `tailrace run … --variant … -o` wrote (default
# results/cache-vs-no-cache), PICTURE ends in .png or .svg (default cache-comparison.png).
# Needs gnuplot 5.4 or later. `tailrace explain csv` says what the columns are.

folder = ARGC >= 1 ? ARG1 : "results/cache-vs-no-cache"
picture = ARGC >= 2 ? ARG2 : "cache-comparison.png"
file(variant, name) = sprintf("%s/%s/%s.csv", folder, variant, name)

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
buckets(variant) = file(variant, "latency_histogram")
stats buckets("cache") using "count" name "WITH" nooutput
stats buckets("no-cache") using "count" name "WITHOUT" nooutput

# Okabe and Ito's blue and vermilion, told apart by dashes too.
set style line 1 linecolor rgb "#0072B2" linewidth 2.5 dashtype solid pointtype 7 pointsize 0.9
set style line 2 linecolor rgb "#D55E00" linewidth 2.5 dashtype (12, 5) pointtype 4 pointsize 0.9
set style line 9 linecolor rgb "#dddddd" linewidth 1

set border 3 linecolor rgb "#555555"
set tics nomirror textcolor rgb "#333333"
set grid linestyle 9
set key left top Left reverse samplen 4
set title offset 0, 0.3 font ",16"
set multiplot layout 1, 3 margins 0.04, 0.985, 0.125, 0.895 spacing 0.062, 0.1

# 1. Percentiles on an axis of nines: x is 1/(1 - quantile). A point is a replication, a line their
# mean.
set title "Latency by percentile (ms)"
set logscale xy
set xrange [1.7:15000]
set yrange [1:1000]
set xtics ("p50" 2, "p90" 10, "" 20, "p99" 100, "p99.9" 1000, "p99.99" 10000)
set ytics ("1" 1, "2" 2, "5" 5, "10" 10, "20" 20, "50" 50, "100" 100, "200" 200, "500" 500, "1,000" 1000)
percentiles(variant) = file(variant, "latency_percentiles")
plot percentiles("cache") using "inverse_tail":"latency_ms" smooth unique with lines linestyle 1 \
       title "with the cache", \
     "" using "inverse_tail":"latency_ms" with points linestyle 1 notitle, \
     percentiles("no-cache") using "inverse_tail":"latency_ms" smooth unique \
       with lines linestyle 2 title "without", \
     "" using "inverse_tail":"latency_ms" with points linestyle 2 notitle

# 2. Latency over simulated time: p99 and the median of each interval.
set title "Latency over time: p99 and median (ms)"
unset logscale x
set autoscale x
set xtics auto
set xlabel "simulated seconds" offset 0, 0.4
set key at graph 0.98, 0.42 right top
series(variant) = file(variant, "timeseries")
middle(metric) = strcol("metric") eq metric ? column("time_s") + column("interval_s") / 2 : NaN
set label 1 "warm-up" at 2, 700 textcolor rgb "#777777"
set label 2 "p99" at 139, 165 right textcolor rgb "#333333"
set label 3 "median" at 139, 28 right textcolor rgb "#333333"
set object 1 rectangle from 0, graph 0 to 60, graph 1 behind fillcolor rgb "#f0f0f0" \
  fillstyle solid noborder
plot series("cache") using (middle("latency_p99")):"value" with lines linestyle 1 \
       title "with the cache", \
     "" using (middle("latency_p50")):"value" with lines linestyle 1 linewidth 1.2 notitle, \
     series("no-cache") using (middle("latency_p99")):"value" with lines linestyle 2 \
       title "without", \
     "" using (middle("latency_p50")):"value" with lines linestyle 2 linewidth 1.2 notitle
unset label
unset object 1

# 3. The histogram as the share of requests that take longer. Sums up to a bucket's upper bound are
# exact.
set title "Share of requests that take longer"
set key at graph 0.04, 0.14 left top
set logscale x
set xrange [0.3:1000]
set yrange [1e-5:1.5]
set xtics ("0.5" 0.5, "1" 1, "2" 2, "5" 5, "10" 10, "20" 20, "50" 50, "100" 100, "200" 200, "500" 500)
set ytics ("100 %%" 1, "10 %%" 0.1, "1 %%" 0.01, "0.1 %%" 0.001, "0.01 %%" 1e-4, "0.001 %%" 1e-5)
set xlabel "ms" offset 0, 0.4
rest = 0
later(all) = (rest = (column(0) == 0 ? all : rest) - column("count"), rest > 0 ? rest / all : NaN)
plot buckets("cache") using "bucket_high_ms":(later(WITH_sum)) with lines linestyle 1 \
       title "with the cache", \
     buckets("no-cache") using "bucket_high_ms":(later(WITHOUT_sum)) with lines linestyle 2 \
       title "without"
unset multiplot
